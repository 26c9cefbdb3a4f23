{{ config(materialized='table') }}
-- One row per town x period: base, adjustments, bounds, final score, grade after vetoes and coverage (METHOD 4 to 7). Ranks are the marts'.
with {{ score_inputs('town') }},

towns as (select * from {{ ref('dim_towns') }}),

-- V05: never two valid certificates on any day. A station that shows none has none. The others: one event suffices, and a
-- grave one (a denominator in its evidence) caps lower where the rule says so.
vetoes as (
    select
        towns.district_code,
        towns.town_id,
        periods.period,
        rules.indicator_code as veto_code,
        case when computed.denominator > 0 then coalesce(rules.cap_grade_grave, rules.cap_grade) else rules.cap_grade end as cap_grade
    from towns
    inner join periods on towns.district_code = periods.district_code
    inner join rules on rules.kind = 'veto' and rules.is_due
    left join computed
        on towns.district_code = computed.district_code
        and towns.town_id = computed.town_id
        and periods.period = computed.period
        and rules.indicator_code = computed.indicator_code
    where case
        when rules.indicator_code = 'V05' then coalesce(computed.value, 0) < {{ parameter('law_cert_required') }}
        else coalesce(computed.value, 0) > 0
    end
),

{{ quarter_scores('town_id') }}

select * from graded
