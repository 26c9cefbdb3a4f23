-- One row per lease or contract of a landlord firm, with the tenant as it was linked.
with rows_in as ({{ rows_of_firms('stg_firms__lease_agreements', number='landlord_enterprise_no') }}),

tenants as (select * from {{ ref('map_enterprise_records') }} where silo = 'firms' and table_name = 'lease_agreements')

select
    rows_in.district_code,
    rows_in.agreement_no,
    rows_in.enterprise_id,
    tenants.enterprise_id as tenant_enterprise_id,
    rows_in.has_safety_agreement,
    rows_in.signed_date,
    rows_in.valid_to_date,
    rows_in.landing_ref
from rows_in
left join tenants
    on rows_in.district_code = tenants.district_code
    and {{ record_id_of('firms', 'lease_agreements', ['agreement_no']) }} = tenants.record_id
