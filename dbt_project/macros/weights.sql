{#
  Weights of what is due and applies, renewed at every level: a missing branch gives its share to its brothers only. CTEs,
  the last of which is `settled` (district_code, unit, period, indicator_code, weight_share: nine places that sum to one).
    scored   must stand before: district_code, the unit, period, indicator_code, is_weighed, weight_l3, and <level>_code and
             weight_<level> of each of `levels`
    unit     the column that names who is scored
    levels   the levels above the indicators, the highest first
#}
{% macro weight_shares(unit, levels) -%}
{%- set who = 'district_code, ' ~ unit ~ ', period' -%}
level_3 as (
    select *, sum(weight_l3) over (partition by {{ who }}, {{ levels[-1] }}_code) as brothers_l3
    from scored
    where is_weighed
),
{% for level in levels %}
{%- set above = levels[:loop.index0] %}
level_{{ level[1:] }} as (
    select
        {{ who }}, {% for l in above %}{{ l }}_code, {% endfor %}{{ level }}_code,
        max(weight_{{ level }}) as weight_{{ level }},
        sum(max(weight_{{ level }})) over (partition by {{ who }}{% for l in above %}, {{ l }}_code{% endfor %}) as brothers_{{ level }}
    from level_3
    group by {{ who }}, {% for l in above %}{{ l }}_code, {% endfor %}{{ level }}_code
),
{% endfor %}
weighed as (
    select
        level_3.district_code,
        level_3.{{ unit }},
        level_3.period,
        level_3.indicator_code,
        cast(
            {%- for level in levels + ['l3'] %}
            {{ '* ' if not loop.first }}cast(level_{{ level[1:] }}.weight_{{ level }} as double) / nullif(cast(level_{{ level[1:] }}.brothers_{{ level }} as double), 0)
            {%- endfor %}
            as decimal(18, 9)
        ) as weight_share
    from level_3
    {%- for level in levels | reverse %}
    inner join level_{{ level[1:] }}
        on level_3.district_code = level_{{ level[1:] }}.district_code
        and level_3.{{ unit }} = level_{{ level[1:] }}.{{ unit }}
        and level_3.period = level_{{ level[1:] }}.period
        and level_3.{{ level }}_code = level_{{ level[1:] }}.{{ level }}_code
    {%- endfor %}
),

settled as (
    select
        {{ who }},
        indicator_code,
        -- nine places cannot always sum to one: the heaviest cell takes what is left
        cast(weight_share + case
            when row_number() over (partition by {{ who }} order by weight_share desc, indicator_code) = 1
                then 1 - sum(weight_share) over (partition by {{ who }})
            else 0
        end as decimal(18, 9)) as weight_share
    from weighed
)
{%- endmacro %}
