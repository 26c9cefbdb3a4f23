-- One row per rated town x period x factor: how much of the movement of its rank hangs on the factor (Sobol indices, METHOD 8).
with nodes as (
    select l1_code as node_code, max(l1_name_zh) as node_name_zh, max(l1_name_en) as node_name_en
    from {{ ref('method_town_indicators') }}
    where method_version = '{{ var("method_version") }}' and kind = 'indicator'
    group by l1_code
)

{{ rank_drivers('town', 'town_id') }}
