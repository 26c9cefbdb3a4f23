-- One row per risk point on a firm's list, with its colour as the list of colours reads it.
with rows_in as ({{ rows_of_firms('stg_firms__risk_points') }}),

colours as (select * from {{ ref('ref_words') }} where list_code = 'risk_colour')

select
    rows_in.district_code,
    rows_in.risk_no,
    rows_in.enterprise_id,
    colours.meaning_code as colour_code,
    coalesce(rows_in.is_posted, false) as is_posted,
    rows_in.assessed_date,
    rows_in.landing_ref
from rows_in
left join colours on rows_in.colour_word = colours.word
