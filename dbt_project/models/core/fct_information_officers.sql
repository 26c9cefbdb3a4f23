-- One row per information officer of a village on the bureau's list of duty holders, first (A) or deputy (B).
with holders as (select * from {{ ref('stg_emergency__village_duty_holders') }} where role_word in ('灾害信息员A岗', '灾害信息员B岗')),

villages as ({{ villages_by_code() }})

select
    holders.district_code,
    holders.holder_no,
    villages.division_id as village_id,
    holders.role_word = '灾害信息员B岗' as is_deputy,
    holders.phone_hash is not null as has_phone,
    holders.verified_date,
    holders.landing_ref
from holders
left join villages on holders.village_code = villages.division_code
