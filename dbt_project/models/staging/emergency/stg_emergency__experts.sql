-- One row per expert: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__experts', ['expert_no']) }}
)

select
    district_code,
    expert_no,
    {{ person_forms('person_name') }},
    person_name_mask,
    phone as phone_hash,
    phone_mask,
    field_word,
    title_word,
    employer_name,
    appointed_date,
    term_ends_date,
    {{ as_sent('term_ends_date') }} as term_ends_date_text,
    last_used_date,
    {{ as_sent('last_used_date') }} as last_used_date_text,
    {{ digest("person_name || '|' || phone") }} as name_phone_key,
    landing_ref
from landed
