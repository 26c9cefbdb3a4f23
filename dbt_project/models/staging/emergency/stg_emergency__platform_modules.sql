-- One row per module: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__platform_modules', ['module_no']) }}
)

select
    district_code,
    module_no,
    module_name,
    capability_word,
    launched_date,
    retired_date,
    {{ as_sent('retired_date') }} as retired_date_text,
    interface_count,
    is_single_sign_on,
    landing_ref
from landed
