-- One row per assessment of a risk point by the emergency bureau or a station.
with assessments as (select * from {{ ref('stg_emergency__risk_assessments') }})

select
    district_code,
    assessment_no,
    point_no,
    assessed_date,
    landing_ref
from assessments
