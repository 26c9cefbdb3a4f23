-- One row per officer and inspection that began in another town too few minutes after an inspection of the same officer.
with visits as (
    select district_code, town_id, inspection_id, inspected_at, officer_1_cert_no as officer_no, landing_ref from {{ ref('fct_inspections') }}
    union all
    select district_code, town_id, inspection_id, inspected_at, officer_2_cert_no, landing_ref from {{ ref('fct_inspections') }}
),

followed as (
    select
        *,
        lag(town_id) over (partition by district_code, officer_no order by inspected_at, inspection_id) as former_town_id,
        lag(inspected_at) over (partition by district_code, officer_no order by inspected_at, inspection_id) as former_at,
        lag(inspection_id) over (partition by district_code, officer_no order by inspected_at, inspection_id) as former_id
    from visits
    where officer_no is not null and town_id is not null
),

timed as (
    select
        dated.*,
        {{ ratio(seconds_between('dated.former_at', 'dated.inspected_at'), '60', 2) }} as minutes
    from ({{ in_periods('followed', 'inspected_at') }}) as dated
    where dated.former_town_id <> dated.town_id
)

select {{ audit_row('I7', 'officer_visit', "concat(inspection_id, ':', officer_no)", 'minutes', parameter('audit_travel_minutes'), "concat('was at ', former_id, ' in another town ', cast(minutes as string), ' min before')", 'inspected_at') }}
from timed
where minutes < {{ parameter('audit_travel_minutes') }}
