-- One row per enterprise x attribute that two silos both state: what each says, whether they agree, and who is wrong
-- where a ruling says so. Matched on a credit code that both read; a conflict without a ruling is charged to nobody.
with emergency as (
    select firms.*, {{ town_id_of('firms') }} as town_id
    from {{ ref('stg_emergency__enterprises') }} as firms
    {{ town_joins('firms', 'LOCAL') }}
    where firms.uscc is not null
    qualify row_number() over (partition by firms.district_code, firms.uscc order by firms.firm_no desc) = 1
),

enforcement as (
    select
        enterprises.district_code,
        enterprises.enterprise_id,
        enterprises.uscc,
        firms.firm_name,
        {{ town_id_of('firms') }} as town_id,
        firms.landing_ref
    from {{ ref('dim_enterprises') }} as enterprises
    inner join {{ ref('stg_enforcement__enterprises') }} as firms
        on enterprises.district_code = firms.district_code
        and enterprises.firm_no = firms.firm_no
    {{ town_joins('firms', 'LOCAL') }}
),

rulings as (
    select * from {{ ref('method_conflict_rulings') }}
    where cast('{{ var("periods")[-1]["end"] }}' as date) between effective_from and effective_to
),

pairs as (
    select
        emergency.district_code,
        enforcement.enterprise_id as entity_id,
        emergency.firm_name as name_a,
        enforcement.firm_name as name_b,
        emergency.town_id as town_a,
        enforcement.town_id as town_b,
        emergency.landing_ref as ref_a,
        enforcement.landing_ref as ref_b
    from emergency
    inner join enforcement
        on emergency.district_code = enforcement.district_code
        and emergency.uscc = enforcement.uscc
),

stated as (
    select district_code, entity_id, 'firm_name' as attribute_code, name_a as value_a, name_b as value_b,
        -- brackets and blanks are a matter of typing, not of fact
        {{ replace_all('name_a', '[()（） 　]', '') }} as compared_a,
        {{ replace_all('name_b', '[()（） 　]', '') }} as compared_b,
        ref_a, ref_b
    from pairs
    union all
    select district_code, entity_id, 'town' as attribute_code, town_a as value_a, town_b as value_b,
        town_a as compared_a, town_b as compared_b, ref_a, ref_b
    from pairs
)

select
    stated.district_code,
    'enterprise' as entity_type,
    stated.entity_id,
    stated.attribute_code,
    'emergency' as silo_a,
    'enforcement' as silo_b,
    stated.value_a,
    stated.value_b,
    stated.compared_a <> stated.compared_b as is_conflict,
    case
        when stated.compared_a = stated.compared_b then cast(null as string)
        when rulings.winner_silo = 'emergency' then 'enforcement'
        when rulings.winner_silo = 'enforcement' then 'emergency'
        else cast(null as string)
    end as charged_silo,
    stated.ref_a,
    stated.ref_b
from stated
left join rulings
    on rulings.entity_type = 'enterprise'
    and stated.attribute_code = rulings.attribute_code
    and rulings.silo_a = 'emergency'
    and rulings.silo_b = 'enforcement'
where stated.compared_a is not null and stated.compared_b is not null
