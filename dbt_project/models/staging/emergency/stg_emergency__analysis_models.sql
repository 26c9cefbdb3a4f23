-- One row per analysis model: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__analysis_models', ['model_no']) }}
)

select
    district_code,
    model_no,
    model_name,
    purpose_word,
    input_text,
    precision_share,
    recall_share,
    launched_date,
    retired_date,
    {{ as_sent('retired_date') }} as retired_date_text,
    landing_ref
from landed
