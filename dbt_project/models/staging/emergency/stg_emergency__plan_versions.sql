-- One row per version of a plan: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__plan_versions', ['version_no']) }}
)

select
    district_code,
    version_no,
    plan_no,
    version_name,
    trigger_word,
    revised_date,
    filed_date,
    {{ as_sent('filed_date') }} as filed_date_text,
    landing_ref
from landed
