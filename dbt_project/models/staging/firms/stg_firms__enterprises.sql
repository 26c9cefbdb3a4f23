-- One row per enterprise number: the newest accepted version of enterprise register.
with rows_in as ({{ newest_accepted('firms__enterprises', ['enterprise_no']) }})

select
    district_code,
    enterprise_no,
    enterprise_name,
    uscc,
    legal_form_word,
    parent_uscc,
    landlord_uscc,
    industry_word,
    gbt4754_code,
    town_code,
    town_name,
    address,
    lon,
    lat,
    staff_count,
    staff_count_read_how,
    revenue_wan,
    floor_area_m2,
    is_key,
    registered_date,
    status_word,
    safety_phone as safety_phone_hash,
    safety_phone_mask,
    updated_at,
    landing_ref
from rows_in
