-- One row per item that a town was told to mend, by the bureau or by the congress: told before, and overdue (done after its day, or
-- not done). An item that is done on a day nobody can read is not overdue. Items of departments are not here.
with bureau as ({{ rows_of_towns('stg_emergency__supervision_items', 'LOCAL', on_date='rows_in.issued_date') }}),

congress as (select * from {{ ref('stg_congress__supervised_items') }} where unit_word = '镇街'),

towns as (select * from {{ ref('map_town_names') }}),

words as (select * from {{ ref('ref_words') }} where list_code = 'supervision_status')

select
    district_code,
    'emergency' as silo,
    item_no,
    town_id,
    is_repeated,
    case
        when done_date is not null then done_date > due_date
        else done_date_text is null
    end as is_overdue,
    issued_date,
    due_date,
    done_date,
    landing_ref
from bureau
where unit_type_word = '镇街'
union all
select
    congress.district_code,
    'congress',
    congress.item_no,
    towns.town_id,
    coalesce(congress.is_repeat, false),
    case
        when congress.done_date is not null then congress.done_date > congress.due_date
        else coalesce(words.meaning_code <> 'done', true)
    end,
    congress.assigned_date,
    congress.due_date,
    congress.done_date,
    congress.landing_ref
from congress
left join towns on towns.name_key = {{ town_name_key('congress.responsible_org_name') }}
left join words on congress.status_word = words.word
