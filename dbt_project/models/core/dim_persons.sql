-- One row per person of any silo, as linkage found them; without a valid identity number anywhere flagged provisional.
-- Names, identity numbers and phones are here as masks only.
with people as (
    select
        records.*,
        persons.person_id,
        persons.is_provisional
    from {{ ref('fct_person_records') }} as records
    inner join {{ ref('map_person_records') }} as persons
        on records.district_code = persons.district_code and records.record_id = persons.record_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by district_code, person_id
            order by
                case when person_hash is null then 1 else 0 end,
                {{ silo_rank(['enforcement', 'emergency', 'police', 'firms', 'fire', 'towns', 'training']) }},
                table_name desc, seen_date desc nulls last, record_id
        ) as place
    from people
),

standing as (
    {{ standing_values('person', ['person_name', 'identity', 'phone', 'employer']) }}
),

counted as (
    select
        district_code,
        person_id,
        cast(count(*) as integer) as record_count,
        cast(count(distinct silo) as integer) as silo_count
    from people
    group by district_code, person_id
)

select
    ranked.district_code,
    ranked.person_id,
    -- the mask without the signs of the hash that tell two masks apart
    split_part(standing.person_name, ' #', 1) as person_name_mask,
    split_part(standing.identity, ' #', 1) as person_id_mask,
    split_part(standing.phone, ' #', 1) as phone_mask,
    standing.employer as employer_uscc,
    ranked.silo,
    {%- for attribute in ['person_name', 'identity', 'phone', 'employer'] %}
    standing.{{ attribute }}_silo,
    standing.{{ attribute }}_ref,
    {%- endfor %}
    ranked.table_name,
    ranked.role_code,
    counted.record_count,
    counted.silo_count,
    ranked.is_provisional,
    -- of the record with a good number; else what a spoiled number says, which is no age to judge by
    case when ranked.person_hash is null then cast(null as date) else ranked.birth_date end as birth_date,
    ranked.landing_ref
from ranked
inner join counted on ranked.district_code = counted.district_code and ranked.person_id = counted.person_id
left join standing on ranked.district_code = standing.district_code and ranked.person_id = standing.person_id
where ranked.place = 1
