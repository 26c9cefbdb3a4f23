-- One row per version of a plan.
select
    district_code,
    version_no,
    plan_no,
    trigger_word,
    revised_date,
    landing_ref
from {{ ref('stg_emergency__plan_versions') }}
