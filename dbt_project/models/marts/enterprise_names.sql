-- One row per enterprise x name it bears or bore, with its days where they are known.
select
    cast(district_code as string) as district_code,
    cast(enterprise_id as string) as enterprise_id,
    cast(firm_name_key as string) as firm_name_key,
    cast(firm_name as string) as firm_name,
    cast(name_kind as string) as name_kind,
    cast(landing_ref as string) as landing_ref,
    cast(record_count as integer) as record_count,
    cast(silo_count as integer) as silo_count,
    cast(valid_from_date as date) as valid_from_date,
    cast(valid_to_date as date) as valid_to_date,
    cast(first_seen_date as date) as first_seen_date,
    cast(last_seen_date as date) as last_seen_date
from {{ ref('dim_enterprise_names') }}
