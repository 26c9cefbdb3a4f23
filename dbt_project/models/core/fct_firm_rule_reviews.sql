-- One row per firm x year: rules and procedures there must be and there are, and when they were reviewed.
with rows_in as ({{ rows_of_firms('stg_firms__rule_reviews') }})

select
    district_code,
    enterprise_no || '-' || cast(review_year as string) as review_id,
    enterprise_id,
    review_year,
    rule_required_count,
    rule_count,
    procedure_required_count,
    procedure_count,
    reviewed_date,
    landing_ref
from rows_in
