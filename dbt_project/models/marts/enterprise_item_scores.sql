-- One row per rated enterprise x due item x period, with the sentence the firm reads for every point it loses.
with results as (select * from {{ ref('enterprise_item_results') }}),

items as (select * from {{ ref('method_enterprise_items') }} where kind = 'item' and is_due),

worded as (
    select
        results.*,
        items.element_zh,
        items.element_en,
        items.silo,
        case when results.lost_points = 0 then '' else {{ lost_reason('results.item_status', 'items.reason_code') }} end as reason_code,
        case when results.is_benchmark then 'pilot' else items.rule_status end as rule_status,
        case when results.is_benchmark then items.benchmark_name_zh else items.name_zh end as name_zh,
        case when results.is_benchmark then items.benchmark_name_en else items.name_en end as name_en,
        case when results.is_benchmark then items.benchmark_sentence_zh else items.sentence_zh end as sentence_zh,
        case when results.is_benchmark then items.benchmark_sentence_en else items.sentence_en end as sentence_en,
        items.no_data_zh,
        items.no_data_en,
        cast(cast(round(results.lost_points, 2) as decimal(8, 2)) as string) as lost_text,
        cast(case
            when items.calc_kind = 'share_met' then cast(results.checked_count as decimal(18, 6)) - results.numerator
            else results.fault_count
        end as bigint) as faults,
        coalesce(cast(cast(round(100 * {{ met_share('items.calc_kind', 'results') }}, 1) as decimal(6, 1)) as string), '') as share_text,
        cast(cast(coalesce(results.numerator, 0) as bigint) as string) as gap_text,
        cast(cast(coalesce(results.denominator, 0) as bigint) as string) as bottom_text,
        cast(cast(coalesce(results.denominator - results.numerator, 0) as bigint) as string) as left_text
    from results
    inner join items on results.item_code = items.item_code
)

select
    cast(district_code as string) as district_code,
    cast(enterprise_id as string) as enterprise_id,
    cast(period as string) as period,
    cast(item_code as string) as item_code,
    cast(element_zh as string) as element_zh,
    cast(element_en as string) as element_en,
    cast(name_zh as string) as name_zh,
    cast(name_en as string) as name_en,
    cast(item_status as string) as item_status,
    cast(max_points as decimal(6, 2)) as max_points,
    cast(multiplier as decimal(6, 3)) as multiplier,
    cast(numerator as decimal(18, 6)) as numerator,
    cast(denominator as decimal(18, 6)) as denominator,
    -- lost is rounded, earned is the rest: the two always make the points of the item
    cast(case when item_status = 'not_applicable' then 0 else max_points - round(lost_points, 4) end as decimal(8, 4)) as earned_points,
    cast(round(lost_points, 4) as decimal(8, 4)) as lost_points,
    cast(reason_code as string) as reason_code,
    cast(case
        when item_status = 'not_applicable' then '不适用'
        when item_status = 'not_reported' then no_data_zh || '，本项不得分：-' || lost_text || ' 分'
        when lost_points = 0 then ''
        else replace(replace(replace(replace(replace(replace(replace(
            sentence_zh,
            '{bottom}', bottom_text),
            '{left}', left_text),
            '{faults}', cast(faults as string)),
            '{checked}', cast(checked_count as string)),
            '{share}', share_text),
            '{gap}', gap_text),
            '{lost}', lost_text)
    end as string) as reason_zh,
    cast(case
        when item_status = 'not_applicable' then 'not applicable'
        when item_status = 'not_reported' then no_data_en || ', no points: -' || lost_text
        when lost_points = 0 then ''
        else replace(replace(replace(replace(replace(replace(replace(
            sentence_en,
            '{bottom}', bottom_text),
            '{left}', left_text),
            '{faults}', cast(faults as string)),
            '{checked}', cast(checked_count as string)),
            '{share}', share_text),
            '{gap}', gap_text),
            '{lost}', lost_text)
    end as string) as reason_en,
    cast(silo as string) as silo,
    cast(evidence_count as bigint) as evidence_count,
    cast(last_occurred_at as timestamp) as last_occurred_at,
    cast(rule_status as string) as rule_status
from worded
