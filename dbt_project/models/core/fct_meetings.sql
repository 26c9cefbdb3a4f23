-- One row per meeting on the bureau's list; held_at is empty where it was planned and not held. A district meeting has no town.
with meetings as ({{ rows_of_towns('stg_emergency__meetings', 'LOCAL', on_date='rows_in.planned_date') }})

select
    district_code,
    meeting_no,
    town_id,
    meeting_kind_word,
    level_word = '镇街' and meeting_kind_word = '联合会商' as is_town_consultation,
    planned_date,
    {{ local_date('held_at') }} as held_date,
    held_at,
    landing_ref
from meetings
