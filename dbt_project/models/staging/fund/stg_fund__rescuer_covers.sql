-- One row per cover number: the newest accepted version of safety net of rescuers.
with rows_in as ({{ newest_accepted('fund__rescuer_covers', ['cover_no']) }})

select
    district_code,
    cover_no,
    {{ person_forms('person_name', 'id_number') }},
    person_name_mask,
    {{ digest("id_number || '|' || person_name") }} as name_under_identity_key,
    id_number as person_hash,
    id_number_mask as person_id_mask,
    id_number_birth_date as birth_date,
    team_name,
    kind_word,
    amount_wan,
    {{ as_sent('amount_wan') }} as amount_wan_text,
    amount_wan_read_how,
    from_date,
    to_date,
    landing_ref
from rows_in
