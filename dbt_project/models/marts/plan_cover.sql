-- One row per division (the district and each town) x kind of event x period, always: whether it must have a plan, whether one is in force
-- and up to date, whether it is linked with the plans above and beside it, and what it was last revised for.
with plans as ({{ plans_in_force("plans.level_code in ('district', 'town')") }}),

{{ plans_judged('town_id') }},

towns as (select * from {{ ref('dim_towns') }}),

periods as (select * from {{ ref('dim_periods') }}),

event_types as (select * from {{ ref('dim_event_types') }}),

divisions as (
    select
        district_code,
        town_id as division_id,
        'town' as level_code,
        town_name_zh as name_zh,
        town_name_en as name_en,
        cohort_code
    from towns
    union all
    select distinct
        district_code,
        district_code || '000000',
        'district',
        '区级',
        'District',
        cast(null as string)
    from periods
),

checked as ({{ last_link_checks() }}),

linked as (
    select
        plan_no,
        period,
        min(case when is_linked then 1 else 0 end) as is_linked
    from checked
    group by plan_no, period
),

reasons as (
    select
        plans.plan_no,
        plans.period,
        max_by(revisions.trigger_word, cast(revisions.revised_date as string) || revisions.trigger_word) as trigger_word
    from plans
    inner join revisions
        on plans.district_code = revisions.district_code
        and plans.plan_no = revisions.plan_no
        and revisions.revised_date <= plans.end_date
    group by plans.plan_no, plans.period
),

-- of several plans for one kind of event the one that is up to date stands, then the one in force the longest
standing as (
    select
        plans.district_code,
        plans.period,
        case when plans.level_code = 'district' then plans.district_code || '000000' else plans.town_id end as division_id,
        plans.event_type_code,
        plans.plan_no,
        plans.in_force_date,
        judged.revised_date,
        coalesce(judged.is_current, false) as is_current,
        linked.is_linked,
        reasons.trigger_word,
        count(*) over (partition by plans.district_code, plans.period, plans.level_code, plans.town_id, plans.event_type_code) as plan_count,
        row_number() over (
            partition by plans.district_code, plans.period, plans.level_code, plans.town_id, plans.event_type_code
            order by coalesce(judged.is_current, false) desc, plans.in_force_date, plans.plan_no
        ) as plan_order
    from plans
    inner join judged on plans.plan_no = judged.plan_no and plans.period = judged.period
    left join linked on plans.plan_no = linked.plan_no and plans.period = linked.period
    left join reasons on plans.plan_no = reasons.plan_no and plans.period = reasons.period
    where plans.event_type_code is not null
),

cells as (
    select
        divisions.*,
        periods.period,
        event_types.event_type_code,
        event_types.event_type_name,
        -- the district must be ready for every kind of event, a town for those of its list and terrain
        divisions.level_code = 'district'
        or (
            coalesce(event_types.is_town_required, false)
            and (not coalesce(event_types.is_hill_only, false) or divisions.cohort_code = 'hills')
        ) as is_required
    from divisions
    inner join periods on divisions.district_code = periods.district_code
    inner join event_types on divisions.district_code = event_types.district_code
)

select
    cast(cells.district_code as string) as district_code,
    cast(cells.period as string) as period,
    cast(cells.division_id as string) as division_id,
    cast(cells.event_type_code as string) as event_type_code,
    cast(cells.level_code as string) as level_code,
    cast(cells.name_zh as string) as division_name_zh,
    cast(cells.name_en as string) as division_name_en,
    cast(cells.event_type_name as string) as event_type_name,
    cast(case
        when standing.plan_no is null and cells.is_required then 'missing'
        when standing.plan_no is null then 'not_required'
        when standing.is_current then 'in_force'
        else 'outdated'
    end as string) as plan_status,
    cast(case
        when standing.plan_no is null then 'no_plan'
        when standing.is_linked = 1 then 'linked'
        when standing.is_linked = 0 then 'not_linked'
        else 'unchecked'
    end as string) as link_status,
    cast(standing.trigger_word as string) as trigger_word,
    cast(standing.plan_no as string) as plan_no,
    cast(coalesce(standing.plan_count, 0) as bigint) as plan_count,
    cells.is_required,
    standing.in_force_date,
    standing.revised_date
from cells
left join standing
    on cells.district_code = standing.district_code
    and cells.period = standing.period
    and cells.division_id = standing.division_id
    and cells.event_type_code = standing.event_type_code
    and standing.plan_order = 1
