-- One row per word of its own that the department told the bureau the class of in the period.
with words as ({{ rows_of_periods('fct_code_crosswalks', 'contributed_date', unit='department') }})

select
{{ evidence('DP2', 'department', 'crosswalk', 'crosswalk_no', '1', '0', 'contributed_date') }}
from words
