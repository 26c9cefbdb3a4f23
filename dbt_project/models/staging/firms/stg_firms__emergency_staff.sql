-- One row per enterprise number: the newest accepted version of firms' response staff.
with rows_in as ({{ newest_accepted('firms__emergency_staff', ['enterprise_no']) }})

select
    district_code,
    enterprise_no,
    team_name,
    kind_word,
    member_count,
    agreement_no,
    joined_rescue_count,
    landing_ref
from rows_in
