-- One row per line of a register x span of days x span of knowledge: what its firm was called, where it was and what state it was in
-- between two days, as we knew it between two instants. Ask it with the macro states_as_of(known_at, true_on).
with versions as (
    -- of several versions true from one day the one that came last stands, from when it came
    select
        district_code,
        enterprise_id,
        silo,
        silo_number,
        firm_name,
        firm_name_key,
        town_id,
        enterprise_status,
        is_withdrawn,
        valid_from_date,
        recorded_at,
        landing_ref
    from {{ ref('fct_enterprise_versions') }}
),

epochs as (
    select
        district_code,
        silo,
        silo_number,
        recorded_at as known_from_at,
        lead(recorded_at) over (partition by district_code, silo, silo_number order by recorded_at) as known_to_at
    from (select distinct district_code, silo, silo_number, recorded_at from versions) as instants
),

-- what was known in each epoch
known as (
    select
        versions.*,
        epochs.known_from_at,
        epochs.known_to_at
    from epochs
    inner join versions
        on epochs.district_code = versions.district_code
        and epochs.silo = versions.silo
        and epochs.silo_number = versions.silo_number
        and versions.recorded_at <= epochs.known_from_at
    qualify row_number() over (
        partition by
            versions.district_code, versions.silo, versions.silo_number, epochs.known_from_at,
            -- without a day of its own a version is true from when it came
            coalesce(versions.valid_from_date, {{ local_date('versions.recorded_at') }})
        order by versions.recorded_at desc, versions.landing_ref desc
    ) = 1
),

ordered as (
    select
        *,
        row_number() over (
            partition by district_code, silo, silo_number, known_from_at
            order by coalesce(valid_from_date, {{ local_date('recorded_at') }})
        ) as nth,
        lead(coalesce(valid_from_date, {{ local_date('recorded_at') }})) over (
            partition by district_code, silo, silo_number, known_from_at
            order by coalesce(valid_from_date, {{ local_date('recorded_at') }})
        ) as next_from_date
    from known
)

select
    district_code,
    enterprise_id,
    silo,
    silo_number,
    firm_name,
    firm_name_key,
    town_id,
    enterprise_status,
    -- what came first may have been so before: nobody says since when
    case when nth = 1 then cast(null as date) else coalesce(valid_from_date, {{ local_date('recorded_at') }}) end as valid_from_date,
    coalesce({{ add_days('next_from_date', '-1') }}, cast('9999-12-31' as date)) as valid_to_date,
    known_from_at,
    known_to_at,
    landing_ref
from ordered
where not is_withdrawn
