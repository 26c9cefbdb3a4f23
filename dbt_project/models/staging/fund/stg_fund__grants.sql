-- One row per grant number: the newest accepted version of grants.
with rows_in as ({{ newest_accepted('fund__grants', ['grant_no']) }})

select
    district_code,
    grant_no,
    account_no,
    approved_date,
    recipient_kind_word,
    team_name,
    {{ person_forms('person_name', 'id_number') }},
    person_name_mask,
    {{ digest("id_number || '|' || person_name") }} as name_under_identity_key,
    id_number as person_hash,
    id_number_mask as person_id_mask,
    id_number_birth_date as birth_date,
    town_name,
    reason_word,
    amount_yuan,
    {{ as_sent('amount_yuan') }} as amount_yuan_text,
    amount_yuan_read_how,
    paid_date,
    town_read_how,
    landing_ref
from rows_in
