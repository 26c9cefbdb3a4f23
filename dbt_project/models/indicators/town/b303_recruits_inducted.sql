-- One row per recruit of a station whose time for induction ends in the period; numerator 1 when an induction course was
-- taken by then. Where nobody was recruited there is nothing to count (M2).
with rosters as (select * from {{ ref('fct_station_roster') }} where not_counted_reason in ('', 'left') and town_id is not null),

periods as (select * from {{ ref('dim_periods') }}),

proofs as (select * from {{ ref('fct_learning_records') }} where is_induction),

members as (
    select
        rosters.district_code,
        rosters.town_id,
        rosters.period,
        rosters.person_id,
        max({{ add_days('rosters.hired_date', parameter('induction_days')) }}) as due_date,
        min(rosters.landing_ref) as landing_ref
    from rosters
    inner join periods
        on rosters.district_code = periods.district_code
        and rosters.period = periods.period
        and {{ add_days('rosters.hired_date', parameter('induction_days')) }} between periods.start_date and periods.end_date
    group by rosters.district_code, rosters.town_id, rosters.period, rosters.person_id
),

judged as ({{ proven_members('person_id', 'members.person_id = proofs.person_id and proofs.learned_date <= members.due_date', ['due_date']) }})

select
{{ evidence('B303', 'town_id', 'person', 'person_id', 'is_proven', '1', 'due_date') }}
from judged
