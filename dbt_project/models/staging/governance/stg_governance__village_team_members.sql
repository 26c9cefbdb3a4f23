-- One row per member of a team: the newest accepted version of what the four platforms sent.
with landed as (
    {{ newest_accepted('governance__village_team_members', ['member_no']) }}
)

select
    district_code,
    member_no,
    team_no,
    {{ person_forms('person_name') }},
    person_name_mask,
    phone as phone_hash,
    phone_mask,
    origin_word,
    joined_date,
    {{ as_sent('joined_date') }} as joined_date_text,
    {{ digest("person_name || '|' || phone") }} as name_phone_key,
    landing_ref
from landed
