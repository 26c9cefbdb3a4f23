-- One row per town x period, always: civil teams in order, volunteers who served within twelve months, turnouts of civil teams in the
-- period, and the share of the town's incidents to which one went.
with towns as (select * from {{ ref('dim_towns') }}),

periods as (select * from {{ ref('dim_periods') }}),

teams as (select * from {{ ref('civil_team_kinds') }}),

volunteers as (select * from {{ ref('town_indicator_scores') }} where indicator_code = 'I101'),

-- a quarter without a turnout is a quarter, where civil affairs told of anything
deliveries as (select * from {{ ref('fct_silo_deliveries') }} where silo = 'civil' and table_name = 'team_dispatches'),

team_counts as (
    select
        district_code,
        town_id,
        period,
        sum(team_count) as team_count,
        sum(in_order_count) as in_order_count
    from teams
    group by district_code, town_id, period
),

turnouts as (
    select
        district_code,
        town_id,
        period,
        count(*) as dispatch_count,
        sum(case when is_ordered then 1 else 0 end) as ordered_count
    from ({{ rows_of_periods('fct_civil_dispatches', 'ordered_at') }}) as dispatches
    group by district_code, town_id, period
),

attended as (
    select
        district_code,
        town_id,
        period,
        count(*) as incident_count,
        sum(case
            when incident_no in (select incident_no from {{ ref('fct_civil_dispatches') }} where incident_no is not null) then 1
            else 0
        end) as joined_count
    from ({{ rows_of_periods('fct_incidents', 'alarm_at') }}) as incidents
    group by district_code, town_id, period
),

known as (
    select
        towns.*,
        periods.period,
        coalesce(deliveries.delivery_status = 'delivered' or deliveries.is_quiet, false) as is_told
    from towns
    inner join periods on towns.district_code = periods.district_code
    left join deliveries on periods.district_code = deliveries.district_code and periods.period = deliveries.period
)

select
    cast(known.district_code as string) as district_code,
    cast(known.town_id as string) as town_id,
    cast(known.period as string) as period,
    cast(known.town_name_zh as string) as town_name_zh,
    cast(known.town_name_en as string) as town_name_en,
    cast(case when known.is_told then 'counted' else 'not_reported' end as string) as dispatch_status,
    cast(coalesce(volunteers.cell_status, 'not_reported') as string) as volunteer_status,
    cast(coalesce(team_counts.team_count, 0) as bigint) as team_count,
    cast(coalesce(team_counts.in_order_count, 0) as bigint) as in_order_count,
    cast(case when volunteers.cell_status = 'observed' then volunteers.numerator else null end as bigint) as volunteer_count,
    cast(case when known.is_told then coalesce(turnouts.dispatch_count, 0) else null end as bigint) as dispatch_count,
    cast(case when known.is_told then coalesce(turnouts.ordered_count, 0) else null end as bigint) as ordered_count,
    cast(coalesce(attended.incident_count, 0) as bigint) as incident_count,
    cast(case when known.is_told then coalesce(attended.joined_count, 0) else null end as bigint) as joined_count,
    cast(case when volunteers.cell_status = 'observed' then volunteers.raw_value else null end as decimal(18, 6)) as volunteers_per_10000,
    cast(case
        when known.is_told then {{ ratio('attended.joined_count', 'attended.incident_count') }}
        else null
    end as decimal(18, 6)) as joined_share
from known
left join volunteers
    on known.district_code = volunteers.district_code
    and known.town_id = volunteers.town_id
    and known.period = volunteers.period
left join team_counts
    on known.district_code = team_counts.district_code
    and known.town_id = team_counts.town_id
    and known.period = team_counts.period
left join turnouts
    on known.district_code = turnouts.district_code
    and known.town_id = turnouts.town_id
    and known.period = turnouts.period
left join attended
    on known.district_code = attended.district_code
    and known.town_id = attended.town_id
    and known.period = attended.period
