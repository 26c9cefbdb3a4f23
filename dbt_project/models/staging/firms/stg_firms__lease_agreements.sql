-- One row per agreement number: the newest accepted version of lease and contractor agreements.
with rows_in as ({{ newest_accepted('firms__lease_agreements', ['agreement_no']) }})

select
    district_code,
    agreement_no,
    landlord_enterprise_no,
    tenant_name,
    tenant_name_key,
    tenant_name_read_how,
    tenant_uscc,
    {{ as_sent('tenant_uscc') }} as tenant_uscc_text,
    tenant_uscc_read_how,
    kind_word,
    leased_area_m2,
    {{ as_sent('leased_area_m2') }} as leased_area_m2_text,
    leased_area_m2_read_how,
    has_safety_agreement,
    is_unified_control,
    signed_date,
    valid_to_date,
    {{ as_sent('valid_to_date') }} as valid_to_date_text,
    landing_ref
from rows_in
