-- One row per penalty case.
with cases as (select * from {{ ref('stg_enforcement__cases') }}),

firms as (select * from {{ ref('map_enterprises_enforcement') }}),

words as (select * from {{ ref('ref_penalty_words') }}),

placed as (
    select
        cases.*,
        {{ town_id_of('cases') }} as town_id,
        {{ town_match_of('cases') }} as town_match
    from cases
    {{ town_joins('cases', 'LOCAL', code=none) }}
)

select
    placed.district_code,
    'C' || placed.case_no as case_id,
    placed.case_no,
    firms.enterprise_id,
    placed.firm_no,
    placed.town_id,
    placed.town_match,
    placed.town_name,
    placed.penalty_word,
    coalesce(words.penalty_code, 'unknown') as penalty_code,
    placed.fine_wan,
    coalesce(placed.is_daily_fine, false) or words.penalty_code = 'daily_fine' as is_daily_fine,
    placed.filed_date,
    placed.decided_date,
    placed.transfer_date,
    placed.landing_ref
from placed
left join firms on placed.firm_no = firms.firm_no
left join words on placed.penalty_word = words.penalty_word
