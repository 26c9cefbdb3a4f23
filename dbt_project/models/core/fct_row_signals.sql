-- One row per signal x landed row: all signals of all topics. A signal marks a row; it never changes a value.
{%- set topics = ['resend', 'level', 'rain', 'datum', 'device', 'clock', 'event', 'certificate', 'firm', 'body', 'person', 'stock', 'staffing'] %}
with codes as (select * from {{ ref('ref_signals') }}),

found as (
    {%- for topic in topics %}
    select district_code, signal_code, silo, table_name, landing_ref, entity_id, detail, seen_date from {{ ref('fct_' ~ topic ~ '_signals') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    found.district_code,
    found.signal_code,
    codes.dirt_number,
    found.silo,
    found.table_name,
    found.landing_ref,
    found.entity_id,
    found.detail,
    found.seen_date
from found
left join codes on found.signal_code = codes.signal_code
