-- One row per catalogue entry: the newest accepted version.
with rows_in as ({{ newest_accepted('resources__data_catalogue', ['period', 'entry_no']) }})

select
    district_code,
    period,
    entry_no,
    dataset_name,
    consumer_name,
    is_required,
    is_hooked,
    required_field_count,
    mapped_field_count,
    exchange_count,
    failed_exchange_count,
    quality_score,
    hooked_date,
    landing_ref
from rows_in
