-- Every level of the weights sums to one: level 1, level 2 inside level 1, level 3 inside level 2.
with indicators as (
    select * from {{ ref('method_town_indicators') }}
    where kind = 'indicator' and method_version = '{{ var("method_version") }}'
),

level_1 as (select l1_code, max(weight_l1) as weight from indicators group by l1_code),

level_2 as (select l1_code, l2_code, max(weight_l2) as weight from indicators group by l1_code, l2_code)

select 'level 1' as node_code, sum(weight) as weight from level_1 having sum(weight) <> 1
union all
select l1_code, sum(weight) from level_2 group by l1_code having sum(weight) <> 1
union all
select l2_code, sum(weight_l3) from indicators group by l2_code having sum(weight_l3) <> 1
