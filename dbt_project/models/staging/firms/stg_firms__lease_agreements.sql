-- One row per agreement number: the newest accepted version of lease and contractor agreements.
with rows_in as ({{ newest_accepted('firms__lease_agreements', ['agreement_no']) }})

select
    district_code,
    agreement_no,
    landlord_enterprise_no,
    tenant_name,
    tenant_uscc,
    kind_word,
    leased_area_m2,
    has_safety_agreement,
    is_unified_control,
    signed_date,
    valid_to_date,
    landing_ref
from rows_in
