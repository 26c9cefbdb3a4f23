-- One row per enterprise number x year: the newest accepted version of rules and procedures.
with rows_in as ({{ newest_accepted('firms__rule_reviews', ['enterprise_no', 'review_year']) }})

select
    district_code,
    enterprise_no,
    review_year,
    rule_required_count,
    rule_count,
    procedure_required_count,
    procedure_count,
    reviewed_date,
    landing_ref
from rows_in
