-- One row per firm x year of the safety fund: revenue the rate is taken of and what was used. An amount a thousand times the
-- firm's smallest of all its years was stated in yuan, not in ten thousands.
with rows_in as ({{ rows_of_firms('stg_firms__safety_funds') }}),

smallest as (
    select
        district_code,
        enterprise_no,
        min(nullif(revenue_wan, 0)) as revenue_wan,
        min(nullif(used_wan, 0)) as used_wan,
        min(nullif(due_wan, 0)) as due_wan
    from rows_in
    group by district_code, enterprise_no
)

select
    rows_in.district_code,
    rows_in.enterprise_no || '-' || cast(rows_in.fund_year as string) as fund_id,
    rows_in.enterprise_id,
    rows_in.fund_year,
    rows_in.sector_word,
    {%- for amount in ['revenue_wan', 'due_wan', 'used_wan'] %}
    cast(
        rows_in.{{ amount }} * case when rows_in.{{ amount }} >= 1000 * smallest.{{ amount }} then 0.0001 else 1 end
        as decimal(18, 4)
    ) as {{ amount }},
    {%- endfor %}
    rows_in.updated_at,
    rows_in.landing_ref
from rows_in
inner join smallest on rows_in.district_code = smallest.district_code and rows_in.enterprise_no = smallest.enterprise_no
