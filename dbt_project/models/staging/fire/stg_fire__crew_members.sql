-- One row per member of a team: the newest accepted version of what the fire brigade sent.
with landed as (
    {{ newest_accepted('fire__crew_members', ['member_no']) }}
)

select
    district_code,
    member_no,
    team_no,
    {{ person_forms('person_name', 'id_number') }},
    person_name_mask,
    id_number as person_hash,
    id_number_mask as person_id_mask,
    id_number_birth_date as birth_date,
    phone as phone_hash,
    phone_mask,
    duty_word,
    employment_word,
    joined_date,
    {{ as_sent('joined_date') }} as joined_date_text,
    left_date,
    {{ as_sent('left_date') }} as left_date_text,
    {{ digest("person_name || '|' || phone") }} as name_phone_key,
    landing_ref
from landed
