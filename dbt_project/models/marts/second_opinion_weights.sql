-- One row per second opinion that weighs x indicator x period: the weight it reads out of the data, beside the official one.
with said as (select * from {{ ref('int_second_opinions') }} where item_kind = 'indicator'),

rules as ({{ indicators_of('town') }})

select
    said.district_code,
    said.opinion_code,
    said.item_id as indicator_code,
    said.period,
    rules.l1_code,
    said.value as weight_share,
    rules.weight_global as official_share
from said
inner join rules on said.item_id = rules.indicator_code
