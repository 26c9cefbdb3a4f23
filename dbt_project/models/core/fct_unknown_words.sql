-- One row per silo, table, column, list and word that the list does not know: what waits for review.
select
    district_code,
    silo,
    table_name,
    column_name,
    list_code,
    word,
    row_count - known_row_count as row_count,
    -- the list knows the word, but not on the day of every row
    known_row_count > 0 as is_known_on_other_days,
    first_seen_date,
    last_seen_date,
    landing_ref
from {{ ref('fct_silo_words') }}
where not is_known
