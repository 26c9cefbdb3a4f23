-- One row per registration number: the newest accepted version of social organisations.
with rows_in as ({{ newest_accepted('civil__social_organisations', ['org_no']) }})

select
    district_code,
    org_no,
    org_name,
    uscc,
    {{ as_sent('uscc') }} as uscc_text,
    uscc_read_how,
    category_word,
    competent_unit_name,
    {{ person_forms('legal_person_name') }},
    legal_person_name_mask,
    phone as phone_hash,
    phone_mask,
    town_name,
    address,
    registered_date,
    status_word,
    yearly_check_word,
    is_emergency,
    town_read_how,
    landing_ref
from rows_in
