-- One row per level x terrain x article: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__stock_norms', ['norm_no']) }}
)

select
    district_code,
    norm_no,
    level_word,
    terrain_word,
    supply_code,
    article_name,
    article_name_code,
    norm_quantity,
    measure_word,
    valid_from_date,
    landing_ref
from landed
