-- One row per incident, with the minutes from alarm to the first team on scene and whether they can be believed.
with incidents as (select * from {{ ref('stg_police__incidents') }}),

types as (select * from {{ ref('ref_words') }} where list_code = 'incident_type'),

counted as (select * from {{ ref('ref_words') }} where list_code = 'incident_counts_for_arrival'),

placed as (
    select
        incidents.*,
        {{ town_id_of('incidents') }} as town_id,
        {{ town_match_of('incidents') }} as town_match,
        {{ seconds_between('incidents.alarm_at', 'incidents.arrive_at') }} as arrival_seconds
    from incidents
    {{ town_joins('incidents', 'NBS', on_date=local_date('incidents.alarm_at')) }}
)

select
    placed.district_code,
    'I' || placed.incident_no as incident_id,
    placed.incident_no,
    placed.town_id,
    placed.town_match,
    placed.town_code,
    placed.town_name,
    coalesce(types.meaning_code, 'unknown') as incident_type,
    placed.type_word,
    case
        when placed.arrive_at is null then 'missing'
        when placed.arrival_seconds < 0 then 'negative'
        else 'usable'
    end as arrival_status,
    case
        when placed.arrival_seconds >= 0 then {{ ratio('placed.arrival_seconds', '60') }}
        else cast(null as decimal(18, 6))
    end as arrival_minutes,
    counted.word is not null as is_counted_for_arrival,
    placed.alarm_at,
    placed.dispatch_at,
    placed.arrive_at,
    placed.close_at,
    placed.landing_ref
from placed
left join types on placed.type_word = types.word
left join counted on placed.type_word = counted.word
