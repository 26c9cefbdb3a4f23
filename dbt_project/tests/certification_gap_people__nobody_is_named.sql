-- Names carry a star, numbers are cut: no identity or phone number in any text column.
select person_id, rule_id
from {{ ref('certification_gap_people') }}
where (person_name_mask is not null and person_name_mask not like '%*%')
    or regexp_extract(coalesce(cert_no_mask, '') || ' ' || fix_zh || ' ' || fix_en, '[0-9]{11}') <> ''
