-- One row per period: the headline figures, with those of the quarter before.
with periods as (select * from {{ ref('dim_periods') }}),

towns as (select * from {{ ref('town_quarter_scores') }}),

firms as (select * from {{ ref('enterprise_quarter_ratings') }}),

indicators as (select * from {{ ref('town_indicator_scores') }}),

gaps as (select * from {{ ref('certification_gaps') }}),

evidence as (select * from {{ ref('town_indicator_evidence') }}),

hazards as (select * from {{ ref('fct_hazards') }}),

incidents as (select * from {{ ref('fct_incidents') }}),

town_figures as (
    select
        district_code,
        period,
        sum(case when score_status = 'rated' then 1 else 0 end) as towns_rated,
        sum(case when score_status = 'rated' then 0 else 1 end) as towns_not_rated,
        {{ ratio("sum(case when score_status = 'rated' then final_score else null end)", "sum(case when score_status = 'rated' then 1 else null end)") }} as mean_score,
        -- of equals the smaller code, so that the same inputs give the same town
        min(case when rank_overall = 1 then town_id else null end) as best_town_id,
        min(case when rank_overall = last_rank then town_id else null end) as worst_town_id
    from (
        select *, max(rank_overall) over (partition by district_code, period) as last_rank
        from towns
    ) as ranked_towns
    group by district_code, period
),

hazard_figures as (
    select
        periods.district_code,
        periods.period,
        sum(case when hazards.found_at >= periods.start_at then 1 else 0 end) as hazards_found,
        sum(case
            when hazards.is_major and (hazards.closed_at is null or hazards.closed_at >= periods.end_before_at) then 1 else 0
        end) as major_hazards_open
    from periods
    inner join hazards
        on periods.district_code = hazards.district_code and hazards.found_at < periods.end_before_at
    group by periods.district_code, periods.period
),

on_time as (
    select district_code, period, {{ ratio('sum(numerator)', 'sum(denominator)') }} as closed_on_time_share
    from evidence
    where indicator_code in ('C301', 'C302')
    group by district_code, period
),

station_figures as (
    select district_code, period, count(distinct town_id) as stations_short
    from gaps
    where rule_id = 'ST-02' and gap_status in ('short', 'not_reported')
    group by district_code, period
),

firm_figures as (
    select
        district_code,
        period,
        sum(case when rating_status = 'rated' then 1 else 0 end) as enterprises_rated,
        sum(case when grade = 'A' then 1 else 0 end) as grade_a,
        sum(case when grade = 'B' then 1 else 0 end) as grade_b,
        sum(case when grade = 'C' then 1 else 0 end) as grade_c,
        sum(case when grade = 'D' then 1 else 0 end) as grade_d,
        sum(case when grade is null then 1 else 0 end) as grade_none
    from firms
    group by district_code, period
),

incident_figures as (
    select periods.district_code, periods.period, count(*) as incidents
    from periods
    inner join incidents
        on periods.district_code = incidents.district_code
        and incidents.alarm_at >= periods.start_at
        and incidents.alarm_at < periods.end_before_at
    group by periods.district_code, periods.period
),

arrivals as (
    select district_code, period, max(district_value) as median_arrival_minutes
    from indicators
    where indicator_code = 'E103'
    group by district_code, period
),

figures as (
    select
        periods.district_code,
        periods.period,
        periods.period_number,
        periods.previous_period,
        periods.method_version,
        town_figures.best_town_id,
        town_figures.worst_town_id,
        cast(coalesce(town_figures.towns_rated, 0) as integer) as towns_rated,
        cast(coalesce(town_figures.towns_not_rated, 0) as integer) as towns_not_rated,
        cast(round(town_figures.mean_score, 2) as decimal(7, 2)) as mean_score,
        cast(coalesce(hazard_figures.hazards_found, 0) as bigint) as hazards_found,
        cast(on_time.closed_on_time_share as decimal(9, 6)) as hazards_closed_on_time_share,
        cast(coalesce(hazard_figures.major_hazards_open, 0) as bigint) as major_hazards_open,
        cast(coalesce(station_figures.stations_short, 0) as integer) as stations_short_law_cert,
        cast(coalesce(firm_figures.enterprises_rated, 0) as bigint) as enterprises_rated,
        cast(coalesce(firm_figures.grade_a, 0) as bigint) as grade_a,
        cast(coalesce(firm_figures.grade_b, 0) as bigint) as grade_b,
        cast(coalesce(firm_figures.grade_c, 0) as bigint) as grade_c,
        cast(coalesce(firm_figures.grade_d, 0) as bigint) as grade_d,
        cast(coalesce(firm_figures.grade_none, 0) as bigint) as grade_none,
        cast(coalesce(incident_figures.incidents, 0) as bigint) as incidents,
        cast(arrivals.median_arrival_minutes as decimal(18, 6)) as median_arrival_minutes
    from periods
    left join town_figures on periods.district_code = town_figures.district_code and periods.period = town_figures.period
    left join hazard_figures on periods.district_code = hazard_figures.district_code and periods.period = hazard_figures.period
    left join on_time on periods.district_code = on_time.district_code and periods.period = on_time.period
    left join station_figures on periods.district_code = station_figures.district_code and periods.period = station_figures.period
    left join firm_figures on periods.district_code = firm_figures.district_code and periods.period = firm_figures.period
    left join incident_figures on periods.district_code = incident_figures.district_code and periods.period = incident_figures.period
    left join arrivals on periods.district_code = arrivals.district_code and periods.period = arrivals.period
)

select
    figures.district_code,
    figures.period,
    figures.method_version,
    figures.best_town_id,
    figures.worst_town_id,
    figures.towns_rated,
    figures.towns_not_rated,
    figures.mean_score,
    figures.hazards_found,
    figures.hazards_closed_on_time_share,
    figures.major_hazards_open,
    figures.stations_short_law_cert,
    figures.enterprises_rated,
    figures.grade_a,
    figures.grade_b,
    figures.grade_c,
    figures.grade_d,
    figures.grade_none,
    figures.incidents,
    figures.median_arrival_minutes,
    previous.mean_score as previous_mean_score,
    previous.hazards_found as previous_hazards_found,
    previous.hazards_closed_on_time_share as previous_hazards_closed_on_time_share,
    previous.major_hazards_open as previous_major_hazards_open,
    previous.stations_short_law_cert as previous_stations_short_law_cert,
    previous.incidents as previous_incidents,
    previous.median_arrival_minutes as previous_median_arrival_minutes
from figures
left join figures as previous
    on figures.district_code = previous.district_code and figures.previous_period = previous.period
