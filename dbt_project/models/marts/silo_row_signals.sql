-- One row per silo x table x signal x quarter: how many landed rows show it, with one of them to open.
with signals as (select * from {{ ref('fct_row_signals') }}),

codes as (select * from {{ ref('ref_signals') }}),

counted as (
    select
        district_code,
        silo,
        table_name,
        signal_code,
        -- a register's row speaks of no day
        coalesce({{ quarter_of('seen_date') }}, 'undated') as seen_quarter,
        count(*) as row_count,
        count(distinct entity_id) as entity_count,
        min(landing_ref) as sample_ref,
        min(seen_date) as first_date,
        max(seen_date) as last_date
    from signals
    group by district_code, silo, table_name, signal_code, coalesce({{ quarter_of('seen_date') }}, 'undated')
)

select
    counted.district_code,
    counted.silo,
    counted.table_name,
    counted.signal_code,
    counted.seen_quarter,
    codes.name_zh,
    codes.name_en,
    codes.rule_zh,
    codes.rule_en,
    codes.basis,
    codes.rule_status,
    counted.sample_ref,
    cast(codes.dirt_number as integer) as dirt_number,
    cast(counted.row_count as bigint) as row_count,
    cast(counted.entity_count as bigint) as entity_count,
    counted.first_date,
    counted.last_date
from counted
inner join codes on counted.signal_code = codes.signal_code
