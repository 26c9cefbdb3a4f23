-- One row per entity x attribute x silo that states another value than the one that stands: what stands, what lost, and for
-- places, days and numbers by how much. It is charged to a silo only where a person's verdict on the case or, before there is one, a
-- ruling for all such cases (method_conflict_rulings) says who is wrong. A claim is what one record says: it changes with the value.
with stated as (select * from {{ ref('fct_attribute_values') }}),

rulings as (
    select * from {{ ref('method_conflict_rulings') }}
    where cast('{{ var("periods")[-1]["end"] }}' as date) between effective_from and effective_to
),

verdicts as (
    select
        district_code,
        left_id,
        right_id,
        verdict,
        case verdict when 'left' then left_id when 'right' then right_id else cast(null as string) end as true_claim
    from {{ source('linkage', 'conflict__verdicts') }}
    -- who is unsure, or disagrees with another, has not decided
    where verdict in ('left', 'right', 'both')
),

former_names as (select * from {{ ref('dim_enterprise_names') }} where name_kind = 'former'),

winners as (select * from stated where is_winner),

-- a former name contradicts nobody, unless the row that bears it is known to be younger than the change
of_today as (
    select stated.*
    from stated
    left join former_names
        on stated.entity_type = 'enterprise'
        and stated.attribute_code = 'firm_name'
        and stated.district_code = former_names.district_code
        and stated.entity_id = former_names.enterprise_id
        and stated.compared_text = former_names.firm_name_key
    where former_names.enterprise_id is null or stated.seen_date > former_names.valid_to_date
),

losers as ({{ silo_claims('of_today') }}),

pairs as (
    select
        winners.district_code,
        winners.entity_type,
        winners.entity_id,
        winners.attribute_code,
        winners.silo as winner_silo,
        losers.silo as loser_silo,
        winners.value_text as winner_value,
        losers.value_text as loser_value,
        winners.compared_text as winner_compared,
        losers.compared_text as loser_compared,
        {%- for side in ['winner', 'loser'] %}
        {{ side }}s.attribute_code || '|' || {{ side }}s.record_id || '|' || substr({{ digest(side ~ 's.compared_text') }}, 1, 8) as {{ side }}_claim,
        {%- endfor %}
        winners.reason_zh,
        winners.reason_en,
        winners.landing_ref as winner_ref,
        losers.landing_ref as loser_ref,
        losers.seen_date
    from winners
    inner join losers
        on winners.district_code = losers.district_code
        and winners.entity_type = losers.entity_type
        and winners.entity_id = losers.entity_id
        and winners.attribute_code = losers.attribute_code
    where winners.silo <> losers.silo and not losers.is_same_as_winner
),

measured as (
    select
        pairs.*,
        case attribute_code
            when 'point' then 'metres'
            when 'registered_date' then 'days'
            when 'approved_date' then 'days'
            when 'member_count' then 'people'
            when 'area_m2' then 'm2'
            else cast(null as string)
        end as difference_unit,
        case attribute_code
            when 'point' then cast({{ metres_between(
                "cast(split_part(winner_value, ' ', 1) as double)", "cast(split_part(winner_value, ' ', 2) as double)",
                "cast(split_part(loser_value, ' ', 1) as double)", "cast(split_part(loser_value, ' ', 2) as double)") }} as decimal(18, 1))
            {%- for day in ['registered_date', 'approved_date'] %}
            when '{{ day }}' then cast(abs({{ days_between('try_cast(winner_value as date)', 'try_cast(loser_value as date)') }}) as decimal(18, 1))
            {%- endfor %}
            {%- for number in ['member_count', 'area_m2'] %}
            when '{{ number }}' then cast(abs(try_cast(winner_value as decimal(18, 2)) - try_cast(loser_value as decimal(18, 2))) as decimal(18, 1))
            {%- endfor %}
            else cast(null as decimal(18, 1))
        end as difference
    from pairs
)

select
    measured.district_code,
    measured.entity_type,
    measured.entity_id,
    measured.attribute_code,
    measured.winner_silo,
    measured.loser_silo,
    measured.winner_value,
    measured.loser_value,
    measured.reason_zh,
    measured.reason_en,
    measured.difference,
    measured.difference_unit,
    case
        when verdicts.true_claim = measured.winner_claim then measured.loser_silo
        when verdicts.true_claim = measured.loser_claim then measured.winner_silo
        when verdicts.verdict = 'both' then cast(null as string)
        when rulings.winner_silo = measured.winner_silo then measured.loser_silo
        when rulings.winner_silo = measured.loser_silo then measured.winner_silo
        else cast(null as string)
    end as charged_silo,
    verdicts.verdict is not null or rulings.winner_silo is not null as is_adjudicated,
    verdicts.verdict is not null as is_decided,
    measured.winner_claim,
    measured.loser_claim,
    measured.seen_date,
    measured.winner_ref,
    measured.loser_ref
from measured
left join rulings
    on measured.entity_type = rulings.entity_type
    and measured.attribute_code = rulings.attribute_code
    and (
        (rulings.silo_a = measured.winner_silo and rulings.silo_b = measured.loser_silo)
        or (rulings.silo_a = measured.loser_silo and rulings.silo_b = measured.winner_silo)
    )
left join verdicts
    on measured.district_code = verdicts.district_code
    and (
        (verdicts.left_id = measured.winner_claim and verdicts.right_id = measured.loser_claim)
        or (verdicts.left_id = measured.loser_claim and verdicts.right_id = measured.winner_claim)
    )
-- two points of one gate are one place, and a name without its legal form is the same name
where (measured.attribute_code <> 'point' or measured.difference > 60)
    and not (measured.attribute_code = 'firm_name' and starts_with(measured.winner_compared, measured.loser_compared))
