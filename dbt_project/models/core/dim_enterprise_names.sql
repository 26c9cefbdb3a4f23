-- One row per enterprise x name it bears or bore, with the days between which it is or was its name where these are known.
with records as (
    select stated.*, links.enterprise_id
    from {{ ref('fct_enterprise_records') }} as stated
    inner join {{ ref('map_enterprise_records') }} as links
        on stated.district_code = links.district_code
        and stated.record_id = links.record_id
    where stated.firm_name is not null
),

standing as (
    select * from {{ ref('fct_attribute_values') }}
    where entity_type = 'enterprise' and attribute_code = 'firm_name' and is_winner
),

changes as (
    select district_code, enterprise_id, max(valid_to_date) as changed_date
    from records
    where record_kind = 'former_name'
    group by district_code, enterprise_id
),

began as (
    select district_code, enterprise_id, min(valid_from_date) as registered_date
    from records
    where record_kind = 'register'
    group by district_code, enterprise_id
),

names as (
    select
        district_code,
        enterprise_id,
        firm_name_key,
        max(case when record_kind = 'former_name' then 1 else 0 end) as is_former,
        max(case when record_kind = 'former_name' then valid_to_date else null end) as valid_to_date,
        min(seen_date) as first_seen_date,
        max(seen_date) as last_seen_date,
        cast(count(*) as integer) as record_count,
        cast(count(distinct silo) as integer) as silo_count,
        min(silo) as first_silo,
        -- the plainest way of writing it
        min_by(firm_name, cast(case when firm_name = firm_name_key then 0 else 1 end as string) || record_id) as firm_name,
        min_by(landing_ref, cast(case when firm_name = firm_name_key then 0 else 1 end as string) || record_id) as landing_ref
    from records
    group by district_code, enterprise_id, firm_name_key
)

select
    names.district_code,
    names.enterprise_id,
    names.firm_name,
    names.firm_name_key,
    case
        when names.firm_name_key = standing.compared_text then 'standing'
        when names.is_former = 1 then 'former'
        -- the name that stands, with the county that ended in 2013 in the district's place: older, and nobody told of the change
        when standing.compared_text = {{ name_after_the_county('names.firm_name_key', 1) }} then 'former'
        when standing.compared_text = {{ name_after_the_county('names.firm_name_key', 2) }} then 'former'
        when starts_with(standing.compared_text, names.firm_name_key) then 'short'
        else 'as_written'
    end as name_kind,
    names.record_count,
    names.silo_count,
    case
        when names.firm_name_key = standing.compared_text
            then coalesce({{ add_days('changes.changed_date', '1') }}, began.registered_date)
        when names.is_former = 1 then began.registered_date
        else cast(null as date)
    end as valid_from_date,
    case
        when names.firm_name_key = standing.compared_text then cast('9999-12-31' as date)
        when names.is_former = 1 then names.valid_to_date
        else cast(null as date)
    end as valid_to_date,
    names.first_seen_date,
    names.last_seen_date,
    names.landing_ref
from names
left join standing
    on names.district_code = standing.district_code
    and names.enterprise_id = standing.entity_id
left join changes
    on names.district_code = changes.district_code
    and names.enterprise_id = changes.enterprise_id
left join began
    on names.district_code = began.district_code
    and names.enterprise_id = began.enterprise_id
