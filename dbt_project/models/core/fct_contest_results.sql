-- One row per result of a contest, whether it was of the province or above, and whether it won an award.
with results as ({{ rows_of_towns('stg_emergency__contest_results', 'LOCAL', on_date='rows_in.held_date') }})

select
    district_code,
    result_no,
    town_id,
    contest_name,
    coalesce(level_word in ('省级', '国家级'), false) as is_provincial,
    award_word is not null as is_awarded,
    held_date,
    landing_ref
from results
