-- One row per enterprise of any silo: what it is, what stands of it, and which silo's row won.
select
    cast(district_code as string) as district_code,
    cast(enterprise_id as string) as enterprise_id,
    cast(uscc as string) as uscc,
    cast(firm_no as string) as firm_no,
    cast(firm_name as string) as firm_name,
    cast(subject_kind as string) as subject_kind,
    cast(parent_enterprise_id as string) as parent_enterprise_id,
    cast(landlord_enterprise_id as string) as landlord_enterprise_id,
    cast(town_id as string) as town_id,
    cast(industry_code as string) as industry_code,
    cast(enterprise_status as string) as enterprise_status,
    cast(legal_form_word as string) as legal_form_word,
    cast(address as string) as address,
    {%- for code in ['firm_name', 'town', 'address', 'point', 'industry', 'status'] %}
    cast({{ code }}_silo as string) as {{ code }}_silo,
    cast({{ code }}_ref as string) as {{ code }}_ref,
    {%- endfor %}
    cast(lon as decimal(10, 6)) as lon,
    cast(lat as decimal(10, 6)) as lat,
    cast(record_count as integer) as record_count,
    cast(silo_count as integer) as silo_count,
    cast(is_on_register as boolean) as is_on_register,
    cast(is_key as boolean) as is_key,
    cast(is_active as boolean) as is_active,
    cast(is_rated_unit as boolean) as is_rated_unit,
    cast(valid_from_date as date) as valid_from_date,
    cast(valid_to_date as date) as valid_to_date
from {{ ref('dim_enterprises') }}
