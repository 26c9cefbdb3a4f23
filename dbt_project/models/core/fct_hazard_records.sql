{{ config(tags=['linkage_input']) }}
-- One row per report of a hazard in any silo, the newest version of it: what linkage compares (docs/method/identity.md).
-- Towns hand hazards over by ticket, and an alert of a sensor may be turned into a hazard; both say little of place and clause.
with enforcement as (select * from {{ ref('stg_enforcement__hazards') }}),

emergency as (select * from {{ ref('stg_emergency__hazards') }}),

alerts as (select * from {{ ref('stg_emergency__alerts') }} where result_word = '转隐患'),

grid as (select * from {{ ref('stg_governance__grid_hazards') }}),

fire as (select * from {{ ref('stg_fire__fire_hazards') }}),

self_found as (select * from {{ ref('stg_firms__hazards') }}),

tickets as (select * from {{ ref('stg_towns__collaboration_tickets') }} where subject_word = '隐患移交'),

brigade_firms as (select * from {{ ref('stg_enforcement__enterprises') }}),

platform_firms as (select * from {{ ref('stg_firms__enterprises') }}),

words as (select * from {{ ref('map_words') }}),

clauses as (select * from {{ ref('ref_hazard_clauses') }}),

phrases as (select * from {{ ref('ref_hazard_phrases') }}),

told as (
    select
        enforcement.district_code, 'enforcement' as silo, 'hazards' as table_name, enforcement.hazard_no as report_no,
        enforcement.firm_no, brigade_firms.uscc, brigade_firms.firm_name, enforcement.town_code, enforcement.town_name, 'LOCAL' as code_scheme,
        enforcement.source_word, enforcement.clause_code, cast(null as string) as category_word, enforcement.grade_word, enforcement.status_word,
        enforcement.hazard_text, cast(null as string) as place,
        enforcement.point_lon as lon, enforcement.point_lat as lat,
        enforcement.deadline_date, enforcement.found_at, enforcement.landing_ref
    from enforcement
    left join brigade_firms
        on enforcement.district_code = brigade_firms.district_code and enforcement.firm_no = brigade_firms.firm_no

    union all

    select
        district_code, 'emergency', 'hazards', hazard_no, cast(null as string), uscc, firm_name, town_code, town_name, 'LOCAL',
        source_word, category_code, cast(null as string), grade_word, status_word, hazard_text, place,
        point_lon, point_lat, deadline_date, found_at, landing_ref
    from emergency

    union all

    select
        district_code, 'emergency', 'alerts', alert_no, cast(null as string), case when subject_type_word = '企业' then subject_no else null end,
        cast(null as string), town_code, town_name, 'LOCAL', '物联感知', cast(null as string), cast(null as string), cast(null as string),
        cast(null as string), evidence_text, cast(null as string), cast(null as decimal(10, 6)), cast(null as decimal(10, 6)),
        cast(null as date), raised_at, landing_ref
    from alerts

    union all

    select
        district_code, 'governance', 'grid_hazards', hazard_no, cast(null as string), cast(null as string), firm_name, town_code, town_name, 'NBS',
        found_by_word, cast(null as string), cast(null as string), grade_word, status_word, hazard_text, place,
        point_lon, point_lat, deadline_date, found_at, landing_ref
    from grid

    union all

    select
        district_code, 'fire', 'fire_hazards', hazard_no, cast(null as string), uscc, firm_name, town_code, town_name, 'NBS',
        cast(null as string), cast(null as string), cast(null as string), grade_word, status_word, hazard_text, place,
        point_lon, point_lat, deadline_date, found_at, landing_ref
    from fire

    union all

    select
        self_found.district_code, 'firms', 'hazards', self_found.hazard_no, self_found.enterprise_no, platform_firms.uscc,
        platform_firms.enterprise_name, platform_firms.town_code, platform_firms.town_name, 'NBS', '企业自查', cast(null as string),
        self_found.category_word, self_found.grade_word, self_found.status_word, self_found.hazard_text, self_found.place,
        cast(null as decimal(10, 6)), cast(null as decimal(10, 6)), self_found.deadline_date, self_found.found_at, self_found.landing_ref
    from self_found
    left join platform_firms
        on self_found.district_code = platform_firms.district_code and self_found.enterprise_no = platform_firms.enterprise_no

    union all

    select
        district_code, 'towns', 'collaboration_tickets', ticket_no, cast(null as string), cast(null as string), cast(null as string),
        town_code, town_name, 'LOCAL', cast(null as string), cast(null as string), cast(null as string), cast(null as string),
        cast(null as string), subject_text, cast(null as string), cast(null as decimal(10, 6)), cast(null as decimal(10, 6)),
        cast(null as date), raised_at, landing_ref
    from tickets
),

reports as (
    select
        told.*,
        silo || ':' || table_name || ':' || report_no as record_id,
        -- legal form and brackets do not make another firm; what is left names it
        nullif({{ replace_all("upper(coalesce(firm_name, ''))", '股份有限公司|有限责任公司|有限公司|[ ()（）]', '') }}, '') as firm_stem,
        {{ local_date('found_at') }} as seen_date
    from told
),

read_clauses as (
    select reports.record_id, phrases.clause_code
    from reports
    inner join phrases
        -- an alert says what a sensor saw, not what is wrong
        on reports.table_name <> 'alerts'
        and instr(reports.hazard_text, phrases.phrase) > 0
        and (phrases.other_phrase = '-' or instr(reports.hazard_text, phrases.other_phrase) > 0)
        and reports.seen_date >= phrases.effective_from
        and reports.seen_date <= phrases.effective_to
    qualify row_number() over (
        partition by reports.record_id
        order by length(phrases.phrase) + case when phrases.other_phrase = '-' then 0 else length(phrases.other_phrase) end desc, phrases.clause_code
    ) = 1
),

understood as (
    select
        reports.*,
        -- who found it, where the list says so: the grid, the firm or the inspectors themselves
        case
            when reports.silo <> 'enforcement' then null
            when sources.meaning_code = 'grid' then 'governance'
            when sources.meaning_code = 'self' then 'firms'
            when sources.meaning_code = 'inspection' then 'enforcement'
            else null
        end as finder_silo,
        coalesce(sources.meaning_code, 'unknown') as source_code,
        stated.clause_code as stated_clause_code,
        read_clauses.clause_code as read_clause_code,
        coalesce(stated.group_code, groups.meaning_code, read_by.group_code) as group_code,
        coalesce(stated.name_zh, read_by.name_zh) as clause_name,
        grades.meaning_code as grade_meaning
    from reports
    left join read_clauses on reports.record_id = read_clauses.record_id
    left join clauses as stated on reports.clause_code = stated.clause_code
    left join clauses as read_by on read_clauses.clause_code = read_by.clause_code
    left join words as sources
        on sources.list_code = 'hazard_source' and reports.source_word = sources.word
        and reports.seen_date >= sources.valid_from_date and reports.seen_date <= sources.valid_to_date
    left join words as groups
        on groups.list_code = 'hazard_group' and reports.category_word = groups.word
        and reports.seen_date >= groups.valid_from_date and reports.seen_date <= groups.valid_to_date
    left join words as grades
        on grades.list_code = 'hazard_grade' and reports.grade_word = grades.word
        and reports.seen_date >= grades.valid_from_date and reports.seen_date <= grades.valid_to_date
)

select
    district_code,
    record_id,
    'hazard' as entity_type,
    silo,
    table_name,
    landing_ref,
    seen_date,
    coalesce(firm_name, town_name) || ' ' || coalesce(hazard_text, clause_name, '') as label,
    {{ fields_shown(['silo', 'report_no', 'firm_name', 'hazard_text', 'clause_name', 'grade_word', 'place', 'found_at', 'deadline_date', 'status_word']) }} as shown,
    report_no,
    uscc,
    firm_stem,
    firm_no,
    firm_name,
    town_code,
    town_name,
    code_scheme,
    finder_silo,
    source_code,
    stated_clause_code,
    read_clause_code,
    -- what the department states comes first, what its words say second
    coalesce(stated_clause_code, read_clause_code) as clause_code,
    group_code,
    grade_word,
    grade_meaning,
    status_word,
    hazard_text,
    place,
    lon,
    lat,
    deadline_date,
    found_at
from understood
