{#
  What the draws say of ranks (METHOD 8): CTEs, the last of which is `intervals`: one row per rated unit x period, with its interval, shares of
  the draws, who cannot be told from it, where it would stand were its unverified cells worth nothing or everything, and a sentence.
    system   'town' or 'department'
    unit     the column that names who is ranked
    rank     the column of its rank in `scores`
  Must stand before:
    scores   one row per unit x period as published: final_score, lower_score, upper_score, grade and the rank
#}
{% macro rank_intervals(system, unit, rank) -%}
nodes as ({{ anlan.rank_nodes(system) }}),

units as (select * from {{ ref('int_rank_units') }} where system = '{{ system }}'),

drawn as (select * from {{ ref('int_rank_draws') }} where system = '{{ system }}'),

grades as (
    select * from {{ ref('method_grades') }} where system = '{{ system }}' and method_version = '{{ var("method_version") }}'
),

-- every draw is published like the score itself: adjusted, cut, rounded half up
shown as (
    select
        units.district_code,
        units.unit_id,
        units.period,
        units.rank_group,
        units.cap_order,
        drawn.draw_number,
        drawn.is_geometric,
        cast(round(least(greatest(drawn.base + units.adjustment, 0), 100), 2) as decimal(7, 2)) as score
    from units
    inner join drawn
        on units.district_code = drawn.district_code and units.unit_id = drawn.unit_id and units.period = drawn.period
),

placed as (
    select
        shown.*,
        rank() over (
            partition by shown.district_code, shown.period, shown.rank_group, shown.draw_number order by shown.score desc
        ) as place,
        capped.grade
    from shown
    inner join grades as plain
        on shown.score >= plain.lower_score and (plain.grade_order = 1 or shown.score < plain.upper_score)
    inner join grades as capped on capped.grade_order = greatest(plain.grade_order, shown.cap_order)
),

numbered as (
    select
        *,
        row_number() over (partition by district_code, period, unit_id order by place, draw_number) as place_order,
        row_number() over (partition by district_code, period, unit_id order by score, draw_number) as score_order,
        count(*) over (partition by district_code, period, unit_id) as draws
    from placed
),

-- a quantile is the first value by which so much of the draws lies
summed as (
    select
        numbered.district_code,
        numbered.unit_id,
        numbered.period,
        cast(count(*) as integer) as draw_count,
        cast({{ anlan.first_from('place', anlan.parameter('rank_interval_low')) }} as integer) as rank_best,
        cast({{ anlan.first_from('place', '0.5') }} as integer) as rank_middle,
        cast({{ anlan.first_from('place', anlan.parameter('rank_interval_high')) }} as integer) as rank_worst,
        {{ anlan.first_from('score', anlan.parameter('rank_interval_low')) }} as score_low,
        {{ anlan.first_from('score', anlan.parameter('rank_interval_high')) }} as score_high,
        {% for k in [1, 3, 5] -%}
        {{ anlan.ratio('sum(case when numbered.place <= ' ~ k ~ ' then 1 else 0 end)', 'count(*)', 4) }} as top_{{ k }}_share,
        {% endfor -%}
        {% for g in ['a', 'b', 'c', 'd'] -%}
        {{ anlan.ratio("sum(case when numbered.grade = '" ~ (g | upper) ~ "' then 1 else 0 end)", 'count(*)', 4) }} as grade_{{ g }}_share,
        {% endfor -%}
        {{ anlan.ratio('sum(case when numbered.grade = scores.grade then 1 else 0 end)', 'count(*)', 4) }} as grade_kept_share,
        {{ anlan.ratio(
            'sum(case when numbered.grade = scores.grade and not numbered.is_geometric then 1 else 0 end)',
            'sum(case when numbered.is_geometric then 0 else 1 end)', 4
        ) }} as grade_kept_arithmetic_share
    from numbered
    inner join scores
        on numbered.district_code = scores.district_code
        and numbered.unit_id = scores.{{ unit }}
        and numbered.period = scores.period
    group by numbered.district_code, numbered.unit_id, numbered.period
),

-- who is ahead of whom, in the same draws
pairs as (
    select
        one.district_code,
        one.unit_id,
        one.period,
        other.unit_id as other_id,
        {{ anlan.ratio('sum(case when one.score > other.score then 2 when one.score = other.score then 1 else 0 end)', '2 * count(*)', 6) }}
            as ahead_share
    from shown as one
    inner join shown as other
        on one.district_code = other.district_code
        and one.period = other.period
        and one.rank_group = other.rank_group
        and one.draw_number = other.draw_number
        and one.unit_id <> other.unit_id
    group by one.district_code, one.unit_id, one.period, other.unit_id
),

alike as (
    select
        district_code,
        unit_id,
        period,
        {{ anlan.join_text('other_id', ',', 'other_id') }} as alike_ids
    from pairs
    where ahead_share < {{ anlan.parameter('rank_interval_high') }} and 1 - ahead_share < {{ anlan.parameter('rank_interval_high') }}
    group by district_code, unit_id, period
),

-- a new group begins where no interval reaches the next unit
ordered as (
    select
        summed.*,
        units.rank_group,
        scores.{{ rank }} as rank_now,
        max(summed.rank_worst) over (
            partition by summed.district_code, summed.period, units.rank_group
            order by scores.{{ rank }}, summed.rank_best, summed.rank_worst, summed.unit_id
            rows between unbounded preceding and 1 preceding
        ) as reach
    from summed
    inner join units
        on summed.district_code = units.district_code and summed.unit_id = units.unit_id and summed.period = units.period
    inner join scores
        on summed.district_code = scores.district_code and summed.unit_id = scores.{{ unit }} and summed.period = scores.period
),

grouped as (
    select
        *,
        cast(sum(case when rank_best > coalesce(reach, 0) then 1 else 0 end) over (
            partition by district_code, period, rank_group
            order by rank_now, rank_best, rank_worst, unit_id
            rows between unbounded preceding and current row
        ) as integer) as alike_group
    from ordered
),

-- the others stand where they are published, and all unverified cells of this one are worth nothing, or everything
bounded as (
    select
        mine.district_code,
        mine.{{ unit }} as unit_id,
        mine.period,
        cast(1 + sum(case when theirs.final_score > mine.lower_score then 1 else 0 end) as integer) as rank_missing_zero,
        cast(1 + sum(case when theirs.final_score > mine.upper_score then 1 else 0 end) as integer) as rank_missing_full
    from scores as mine
    inner join units as mine_group
        on mine.district_code = mine_group.district_code and mine.{{ unit }} = mine_group.unit_id and mine.period = mine_group.period
    inner join units as their_group
        on mine_group.district_code = their_group.district_code
        and mine_group.period = their_group.period
        and mine_group.rank_group = their_group.rank_group
    left join scores as theirs
        on their_group.district_code = theirs.district_code
        and their_group.unit_id = theirs.{{ unit }}
        and their_group.period = theirs.period
        and theirs.{{ unit }} <> mine.{{ unit }}
    group by mine.district_code, mine.{{ unit }}, mine.period
),

drivers as (
    select
        factors.district_code,
        factors.unit_id,
        factors.period,
        factors.factor_kind,
        factors.total_share,
        nodes.node_name_zh,
        nodes.node_name_en,
        row_number() over (
            partition by factors.district_code, factors.unit_id, factors.period
            order by factors.total_share desc, factors.factor_kind, factors.node_code
        ) as driver_rank
    from {{ ref('int_rank_drivers') }} as factors
    left join nodes on factors.node_code = nodes.node_code
    where factors.system = '{{ system }}'
),

worded as (
    select
        *,
        cast(cast(round(100 * least(greatest(total_share, 0), 1), 0) as integer) as string) as percent_text,
        case factor_kind
            when 'weights' then '「' || node_name_zh || '」的权重'
            when 'goalposts' then '「' || node_name_zh || '」的标准值'
            else '用算术平均还是几何平均'
        end as words_zh,
        case factor_kind
            when 'weights' then 'the weights of ' || node_name_en
            when 'goalposts' then 'the goalposts of ' || node_name_en
            else 'whether means are arithmetic or geometric'
        end as words_en
    from drivers
    where driver_rank <= 2
),

intervals as (
    select
        grouped.*,
        cast(count(*) over (
            partition by grouped.district_code, grouped.period, grouped.rank_group, grouped.alike_group
        ) as integer) as alike_group_size,
        coalesce(alike.alike_ids, '') as alike_ids,
        bounded.rank_missing_zero,
        bounded.rank_missing_full,
        case
            when grouped.rank_best = grouped.rank_worst
                then '第' || cast(grouped.rank_now as string) || '名；权重、标准值和平均方法变动时，九成以上的演算都在第'
                    || cast(grouped.rank_best as string) || '名。'
            else '第' || cast(grouped.rank_now as string) || '名，九成演算在第' || cast(grouped.rank_best as string) || '至'
                || cast(grouped.rank_worst as string) || '名；名次最受' || first_one.words_zh || '影响（总效应'
                || first_one.percent_text || '%），其次是' || second_one.words_zh || '（' || second_one.percent_text || '%）。'
        end as decided_zh,
        case
            when grouped.rank_best = grouped.rank_worst
                then 'Rank ' || cast(grouped.rank_now as string) || '; with other weights, goalposts and means it is '
                    || cast(grouped.rank_best as string) || ' in more than nine of ten draws.'
            else 'Rank ' || cast(grouped.rank_now as string) || ', between ' || cast(grouped.rank_best as string) || ' and '
                || cast(grouped.rank_worst as string) || ' in nine of ten draws; it is moved most by ' || first_one.words_en
                || ' (total effect ' || first_one.percent_text || ' %), then by ' || second_one.words_en || ' ('
                || second_one.percent_text || ' %).'
        end as decided_en
    from grouped
    left join alike
        on grouped.district_code = alike.district_code and grouped.unit_id = alike.unit_id and grouped.period = alike.period
    left join bounded
        on grouped.district_code = bounded.district_code and grouped.unit_id = bounded.unit_id and grouped.period = bounded.period
    left join worded as first_one
        on grouped.district_code = first_one.district_code
        and grouped.unit_id = first_one.unit_id
        and grouped.period = first_one.period
        and first_one.driver_rank = 1
    left join worded as second_one
        on grouped.district_code = second_one.district_code
        and grouped.unit_id = second_one.unit_id
        and grouped.period = second_one.period
        and second_one.driver_rank = 2
)
{%- endmacro %}

{# What stands below the root of a system: node_code with its names. Body of a CTE. #}
{% macro rank_nodes(system) -%}
select l1_code as node_code, max(l1_name_zh) as node_name_zh, max(l1_name_en) as node_name_en
from ({{ anlan.indicators_of(system) }}) as indicators
group by l1_code
{%- endmacro %}

{# The first `x` (place or score) of `numbered` by which a share of the draws lies. #}
{% macro first_from(x, share) -%}
min(case when numbered.{{ x }}_order >= numbered.draws * {{ share }} then numbered.{{ x }} else null end)
{%- endmacro %}

{# The published columns of an interval, all null where a unit is not rated. #}
{% macro published_intervals() -%}
    intervals.decided_zh,
    intervals.decided_en,
    intervals.alike_ids,
    intervals.rank_best,
    intervals.rank_middle,
    intervals.rank_worst,
    intervals.rank_missing_zero,
    intervals.rank_missing_full,
    intervals.score_low,
    intervals.score_high,
    intervals.top_1_share,
    intervals.top_3_share,
    intervals.top_5_share,
    intervals.grade_a_share,
    intervals.grade_b_share,
    intervals.grade_c_share,
    intervals.grade_d_share,
    intervals.grade_kept_share,
    intervals.grade_kept_arithmetic_share,
    intervals.alike_group,
    intervals.alike_group_size,
    intervals.draw_count,
    cast({{ anlan.parameter('rank_draw_seed') }} as bigint) as draw_seed
{%- endmacro %}

{#
  What each factor has to do with the rank of a unit, the largest total index first. What lies outside 0 to 1 is an error of sampling.
#}
{% macro rank_drivers(system, unit) -%}
with nodes as ({{ anlan.rank_nodes(system) }})

select
    factors.district_code,
    factors.unit_id as {{ unit }},
    factors.period,
    factors.factor_kind,
    factors.node_code,
    nodes.node_name_zh,
    nodes.node_name_en,
    cast(row_number() over (
        partition by factors.district_code, factors.unit_id, factors.period
        order by factors.total_share desc, factors.factor_kind, factors.node_code
    ) as integer) as driver_rank,
    cast(least(greatest(factors.first_share, 0), 1) as decimal(9, 6)) as first_share,
    cast(least(greatest(factors.total_share, 0), 1) as decimal(9, 6)) as total_share,
    factors.run_count
from {{ ref('int_rank_drivers') }} as factors
left join nodes on factors.node_code = nodes.node_code
where factors.system = '{{ system }}'
{%- endmacro %}
