-- One row per risk point of the emergency bureau, with the colour its word means and whether a post answers for it.
with points as ({{ rows_of_towns('stg_emergency__risk_points', 'LOCAL', on_date='rows_in.registered_date') }}),

words as (select * from {{ ref('map_words') }} where list_code = 'risk_colour')

select
    points.district_code,
    points.point_no,
    points.town_id,
    points.point_kind_word,
    words.meaning_code as colour_code,
    points.owner_name is not null as has_owner,
    points.registered_date,
    points.assessed_date,
    points.landing_ref
from points
left join words
    on points.colour_word = words.word
    and points.registered_date >= words.valid_from_date
    and points.registered_date <= words.valid_to_date
