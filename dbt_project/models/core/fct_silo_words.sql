-- One row per silo, table, column, list and word in use: how often, when, and what the list says of it.
-- A word counts as known when the list had it on the day of the row; empty cells are missing data, no words.
with lists as (select * from {{ ref('map_words') }}),

latest as (select * from {{ ref('dim_periods') }} where is_latest),

used as (
    {% for list_code, silo, table_name, column_name, day in crosswalk_columns() -%}
    select
        district_code,
        '{{ list_code }}' as list_code,
        '{{ silo }}' as silo,
        split_part(landing_ref, '/', 2) as table_name,
        '{{ column_name }}' as column_name,
        cast({{ column_name }} as string) as word,
        {{ 'cast(null as date)' if day is none else (local_date(day) if day.endswith('_at') else day) }} as seen_date,
        landing_ref
    from {{ ref('stg_' ~ silo ~ '__' ~ table_name) }}
    where {{ column_name }} is not null

    union all

    {% endfor -%}
    {% for silo, table_name, article, unit in unit_columns() -%}
    select
        district_code,
        'unit_of_article' as list_code,
        '{{ silo }}' as silo,
        split_part(landing_ref, '/', 2) as table_name,
        '{{ unit }}' as column_name,
        {{ article }} || ' ' || {{ unit }} as word,
        cast(null as date) as seen_date,
        landing_ref
    from {{ ref('stg_' ~ silo ~ '__' ~ table_name) }}
    where {{ article }} is not null and {{ unit }} is not null
    {% if not loop.last %}
    union all

    {% endif %}
    {%- endfor %}
),

dated as (
    -- a row without a day of its own is judged by the list of the newest period's last day
    select
        used.*,
        coalesce(used.seen_date, latest.end_date) as judged_date
    from used
    inner join latest on used.district_code = latest.district_code
),

judged as (
    select
        dated.*,
        lists.meaning_code,
        lists.rule_status
    from dated
    left join lists
        on dated.list_code = lists.list_code
        and dated.word = lists.word
        and dated.judged_date >= lists.valid_from_date
        and dated.judged_date <= lists.valid_to_date
)

select
    district_code,
    silo,
    table_name,
    column_name,
    list_code,
    word,
    max(meaning_code) as meaning_code,
    max(rule_status) as rule_status,
    cast(count(*) as bigint) as row_count,
    cast(count(meaning_code) as bigint) as known_row_count,
    count(meaning_code) = count(*) as is_known,
    min(seen_date) as first_seen_date,
    max(seen_date) as last_seen_date,
    min(landing_ref) as landing_ref
from judged
group by district_code, silo, table_name, column_name, list_code, word
