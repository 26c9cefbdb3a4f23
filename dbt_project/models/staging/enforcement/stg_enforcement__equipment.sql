-- One row per piece of kit: the newest accepted version of what enforcement sent.
with landed as (
    {{ newest_accepted('enforcement__equipment', ['kit_no']) }}
)

select
    district_code,
    kit_no,
    station_name,
    article_name,
    kind_word,
    quantity,
    measure_word,
    state_word,
    bought_date,
    {{ as_sent('bought_date') }} as bought_date_text,
    checked_date,
    {{ as_sent('checked_date') }} as checked_date_text,
    is_on_platform,
    landing_ref
from landed
