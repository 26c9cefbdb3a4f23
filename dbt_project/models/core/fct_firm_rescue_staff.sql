-- One row per report of a firm on its own rescue team or the people named in its stead.
with reports as ({{ rows_of_firms('stg_firms__emergency_staff') }})

select
    district_code,
    enterprise_id,
    enterprise_no,
    case kind_word
        when '专职队伍' then 'team'
        when '兼职队伍' then 'team'
        when '指定兼职人员' then 'named'
        else 'none'
    end as rescue_kind,
    member_count,
    agreement_no is not null as has_agreement,
    landing_ref
from reports
