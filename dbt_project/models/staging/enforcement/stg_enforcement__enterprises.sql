-- One row per firm number: the newest accepted line of the register of firms.
with rows_in as ({{ newest_accepted('enforcement__enterprises', ['firm_no']) }})

select
    district_code,
    firm_no,
    firm_name,
    uscc,
    {{ as_sent('uscc') }} as uscc_text,
    industry_word,
    town_code,
    town_name,
    address,
    lon,
    lat,
    point_lon,
    point_lat,
    point_read_how,
    cast(staff_count as integer) as staff_count,
    {{ as_sent('staff_count') }} as staff_count_text,
    staff_count_read_how as staff_read_how,
    cast(revenue_wan as decimal(18, 2)) as revenue_wan,
    is_key,
    is_major_hazard_source,
    cast(special_operator_count as integer) as special_operator_count,
    enterprise_status as enterprise_status_word,
    landing_ref,
    batch
from rows_in
