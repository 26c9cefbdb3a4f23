-- One row per hazard number on any of the emergency bureau's three lists (责任清单, 隐患清单, 整改清单): on which it stands. A number
-- that is not on the hazard list has no town.
with hazards as ({{ rows_of_towns('stg_emergency__hazards', 'LOCAL', on_date=local_date('rows_in.found_at')) }}),

told as (
    select district_code, hazard_no, 'hazard' as list_code, landing_ref from hazards
    union all
    select district_code, hazard_no, 'duty' as list_code, landing_ref from {{ ref('stg_emergency__duty_lists') }}
    union all
    select district_code, hazard_no, 'rectify' as list_code, landing_ref from {{ ref('stg_emergency__rectify_lists') }}
),

listed as (
    select
        district_code,
        hazard_no,
        max(case when list_code = 'duty' then 1 else 0 end) = 1 as is_on_duty_list,
        max(case when list_code = 'hazard' then 1 else 0 end) = 1 as is_on_hazard_list,
        max(case when list_code = 'rectify' then 1 else 0 end) = 1 as is_on_rectify_list,
        min(landing_ref) as first_landing_ref
    from told
    group by district_code, hazard_no
)

select
    listed.district_code,
    listed.hazard_no,
    hazards.town_id,
    listed.is_on_duty_list,
    listed.is_on_hazard_list,
    listed.is_on_rectify_list,
    hazards.deadline_date,
    hazards.found_at,
    coalesce(hazards.landing_ref, listed.first_landing_ref) as landing_ref
from listed
left join hazards
    on listed.district_code = hazards.district_code
    and listed.hazard_no = hazards.hazard_no
