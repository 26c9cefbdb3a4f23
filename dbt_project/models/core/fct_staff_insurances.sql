-- One row per policy of a person on the bureau's staff list. Work-injury and liability policies are no accident insurance.
with policies as (select * from {{ ref('stg_emergency__insurances') }} where holder_type_word = '站所人员'),

profiles as (select * from {{ ref('fct_staff_profiles') }})

select
    policies.district_code,
    policies.insurance_no,
    profiles.person_id,
    policies.insurance_kind_word = '人身意外伤害险' as is_accident,
    policies.valid_from_date,
    policies.valid_to_date,
    policies.landing_ref
from policies
left join profiles
    on policies.district_code = profiles.district_code
    and policies.person_no = profiles.person_no
