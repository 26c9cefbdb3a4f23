{#
  Which division a code, a name or an address means on a day. The rules of towns are in towns.sql; here are villages, and
  what leads from a text to an answer: the division as of that day, its successor today, or a review case with its reason.
  pipelines/reading/register.py runs these same macros over the seeds, for the door, `anlan explain division` and
  pipelines.analysis.divisions: a rule is said here only.
#}

{# The district's own names and codes: blanks gone, zeros of the longer forms cut off (six, nine or twelve digits remain). #}
{% macro plain_text(x) -%}{{ anlan.replace_all("coalesce(" ~ x ~ ", '')", '[ 　]', '') }}{%- endmacro %}

{% macro division_code_key(code) -%}
case
    when length({{ code }}) = 12 and substr({{ code }}, 7, 6) = '000000' then substr({{ code }}, 1, 6)
    when length({{ code }}) = 12 and substr({{ code }}, 10, 3) = '000' then substr({{ code }}, 1, 9)
    when length({{ code }}) = 9 and substr({{ code }}, 7, 3) = '000' then substr({{ code }}, 1, 6)
    else {{ code }}
end
{%- endmacro %}

{# The day a row speaks of; without one, the end of the newest period. #}
{% macro day_or_latest(on_date=none) -%}
{{ on_date if on_date else "cast('" ~ var('periods')[-1]['end'] ~ "' as date)" }}
{%- endmacro %}

{#
  Which village a row belongs to. Twelve digits stand in the national list only, so a village code is read as NBS at the day
  of the fact; a name is read inside the row's town. Code and name must agree:
    agree          code and name say the same village
    code_only      no name; the code holds on that day and lies in the row's town
    name_only      no code; the name means one village of the town on that day
    conflict       code and name say different villages, or one of them says nothing: for review
    town_conflict  the village lies in another town than the row says: for review
    none           neither was given
    unresolved     anything else: for review
  Use: from x {{ village_joins('x') }} and select {{ village_id_of('x') }} as village_id, {{ village_match_of('x') }} as village_match
#}
{% macro village_joins(rows, code='village_code', name='village_name', town='town_id', on_date=none) -%}
left join {{ ref('map_division_codes') }} as {{ rows }}_village_codes
    on {{ rows }}_village_codes.scheme_code = 'NBS'
    and {{ rows }}_village_codes.level_code = 'village'
    and {{ rows }}_village_codes.division_code = {{ rows ~ "." ~ code if code else "cast(null as string)" }}
    and {{ anlan.day_or_latest(on_date) }} >= {{ rows }}_village_codes.valid_from_date
    and {{ anlan.day_or_latest(on_date) }} <= {{ rows }}_village_codes.valid_to_date
left join {{ ref('map_village_names') }} as {{ rows }}_village_names
    on {{ rows }}_village_names.within_town_id = {{ "coalesce(" ~ rows ~ "." ~ town ~ ", '')" if town else "''" }}
    and {{ rows }}_village_names.name_key = {{ anlan.plain_text(rows ~ "." ~ name) if name else "cast(null as string)" }}
    and {{ anlan.day_or_latest(on_date) }} >= {{ rows }}_village_names.valid_from_date
    and {{ anlan.day_or_latest(on_date) }} <= {{ rows }}_village_names.valid_to_date
{%- endmacro %}

{% macro is_blank(rows, column) -%}{{ "coalesce(" ~ rows ~ "." ~ column ~ ", '') = ''" if column else "true" }}{%- endmacro %}

{% macro village_id_of(rows, code='village_code', name='village_name', town='town_id') -%}
case
    {%- if town %}
    when {{ rows }}_village_codes.town_id <> {{ rows }}.{{ town }} then null
    {%- endif %}
    when {{ rows }}_village_codes.division_id = {{ rows }}_village_names.division_id then {{ rows }}_village_codes.division_id
    when {{ anlan.is_blank(rows, name) }} then {{ rows }}_village_codes.division_id
    when {{ anlan.is_blank(rows, code) }} then {{ rows }}_village_names.division_id
    else null
end
{%- endmacro %}

{% macro village_match_of(rows, code='village_code', name='village_name', town='town_id') -%}
case
    when {{ anlan.is_blank(rows, code) }} and {{ anlan.is_blank(rows, name) }} then 'none'
    {%- if town %}
    when {{ rows }}_village_codes.town_id <> {{ rows }}.{{ town }} then 'town_conflict'
    {%- endif %}
    when {{ rows }}_village_codes.division_id = {{ rows }}_village_names.division_id then 'agree'
    when {{ rows }}_village_codes.division_id is not null and {{ anlan.is_blank(rows, name) }} then 'code_only'
    when {{ rows }}_village_names.division_id is not null and {{ anlan.is_blank(rows, code) }} then 'name_only'
    when not ({{ anlan.is_blank(rows, code) }}) and not ({{ anlan.is_blank(rows, name) }})
        and ({{ rows }}_village_codes.division_id is not null or {{ rows }}_village_names.division_id is not null) then 'conflict'
    else 'unresolved'
end
{%- endmacro %}

{#
  CTEs from `asked` to `answered`: what each ask means on its day and today.
  asked: ask_id, scheme_code, town_code, town_name, village_code, village_name, district_name, is_ambiguous, on_date.
  answered: asked's columns and
    town_id, town_match, village_id, village_match   as the macros above
    division_id, level_code                          the division that is certain, and the level asked for (any: the text may be several)
    division_code_then, name_then                    as it was coded and called on that day
    today_id, today_name_zh, today_verdict           what it is now: current, certain, shared, review, outside
    verdict    resolved | town_only (the village is for review, the town is certain) | outside | review | none
    why_code   why it is for review, or what is odd; null where nothing is
    candidate_text, candidate_count                  what it may mean: `id name` joined by bars
#}
{% macro division_answers() -%}
towned as (
    select
        asked.*,
        {{ anlan.town_id_of('asked') }} as town_id,
        {{ anlan.town_match_of('asked') }} as town_match,
        {{ anlan.division_code_key('asked.town_code') }} as town_code_key
    from asked
    {{ anlan.town_joins('asked', 'asked.scheme_code', on_date='asked.on_date') }}
),

placed as (
    select
        towned.*,
        {{ anlan.village_id_of('towned') }} as village_id,
        {{ anlan.village_match_of('towned') }} as village_match,
        towned_village_codes.division_id as code_village_id,
        towned_village_codes.town_id as code_town_id,
        towned_village_names.division_id as name_village_id,
        towned_village_names.town_id as name_town_id
    from towned
    {{ anlan.village_joins('towned', on_date='towned.on_date') }}
),

higher_codes as (select * from {{ ref('map_division_codes') }} where level_code in ('province', 'city', 'district')),

higher_names as (
    select distinct name_key, division_id
    from {{ ref('map_division_names') }}
    where level_code in ('province', 'city', 'district') and form_code <> 'bare'
),

foreign_names as (
    select name_key, max(division_id) as division_id
    from {{ ref('map_division_names') }}
    where level_code = 'outside'
    group by name_key
),

levelled as (
    select
        placed.*,
        coalesce(higher_names.division_id, higher_codes.division_id) as higher_id,
        foreign_names.division_id as foreign_id,
        case
            when placed.is_ambiguous then 'any'
            when placed.village_match <> 'none' then 'village'
            when coalesce(placed.district_name, '') <> '' then 'district'
            when coalesce(placed.town_name, '') <> '' then 'town'
            when length(placed.town_code_key) = 6 then 'district'
            when coalesce(placed.town_code, '') <> '' then 'town'
            else 'none'
        end as level_code
    from placed
    left join higher_codes
        on placed.scheme_code = higher_codes.scheme_code
        and placed.town_code_key = higher_codes.division_code
        and placed.on_date >= higher_codes.valid_from_date
        and placed.on_date <= higher_codes.valid_to_date
    left join higher_names on {{ anlan.plain_text('placed.district_name') }} = higher_names.name_key
    left join foreign_names on {{ anlan.town_name_key('placed.town_name') }} = foreign_names.name_key
),

found as (
    select
        levelled.*,
        -- a town of another district
        foreign_id is not null and town_id is null as is_elsewhere,
        case
            when foreign_id is not null and town_id is null then cast(null as string)
            when level_code = 'village' then village_id
            when level_code = 'town' then town_id
            when level_code = 'district' then higher_id
            else cast(null as string)
        end as division_id,
        -- the village says the town where the row does not
        coalesce(town_id, case
            when level_code <> 'village' or foreign_id is not null then cast(null as string)
            when village_match in ('agree', 'code_only') then code_town_id
            when village_match = 'name_only' then name_town_id
            else cast(null as string)
        end) as certain_town_id
    from levelled
),

division_spans as (select * from {{ ref('dim_divisions') }}),

went as (
    select
        division_id,
        min(verdict) as verdict,
        case
            when count(*) = 1 and min(verdict) = 'certain' then max(today_id)
            else cast(null as string)
        end as today_id,
        case
            when min(verdict) = 'shared' then {{ anlan.join_text("today_id || ' ' || today_name_zh", '|', 'today_id') }}
            else max(candidate_text)
        end as candidate_text,
        case
            when min(verdict) = 'shared' then cast(count(*) as integer)
            else max(candidate_count)
        end as candidate_count
    from {{ ref('map_division_successors') }}
    where ended_code = 'gone'
    group by division_id
),

dated as (
    select
        found.*,
        then_span.division_code as division_code_then,
        then_span.name_zh as name_then,
        -- what was before the first record is not known to be what is there today
        case
            when then_span.division_id is not null then coalesce(now_span.division_id, went.today_id)
            else cast(null as string)
        end as today_id,
        case
            when then_span.division_id is null then cast(null as string)
            when now_span.division_id is not null then 'current'
            else went.verdict
        end as today_verdict,
        went.candidate_text as went_text,
        went.candidate_count as went_count,
        case
            when found.level_code = 'none' then 'none'
            when found.is_elsewhere and found.village_id is null then 'outside'
            when then_span.division_id is not null then 'resolved'
            when found.level_code = 'village' and found.certain_town_id is not null then 'town_only'
            else 'review'
        end as verdict
    from found
    left join division_spans as then_span
        on found.division_id = then_span.division_id
        and found.on_date >= then_span.valid_from_date
        and found.on_date <= then_span.valid_to_date
    left join division_spans as now_span on found.division_id = now_span.division_id and now_span.is_current
    left join went on found.division_id = went.division_id
),

-- what an ask without an answer may have meant: any scheme, any date, any town
doubtful as (
    select * from dated
    where verdict in ('review', 'town_only') or town_match = 'name_wins'
),

hits as (
    select doubtful.ask_id, 'village_code' as hit_code, codes.division_id, codes.town_id, codes.valid_from_date, codes.valid_to_date
    from doubtful
    inner join {{ ref('map_division_codes') }} as codes on codes.level_code = 'village' and doubtful.village_code = codes.division_code
    union all
    select doubtful.ask_id, 'village_name', names.division_id, names.town_id, names.valid_from_date, names.valid_to_date
    from doubtful
    inner join {{ ref('map_division_names') }} as names on names.level_code = 'village' and {{ anlan.plain_text('doubtful.village_name') }} = names.name_key
    union all
    select doubtful.ask_id, 'town_name', names.division_id, names.town_id, names.valid_from_date, names.valid_to_date
    from doubtful
    inner join {{ ref('map_division_names') }} as names
        on names.level_code in ('town', 'district', 'city', 'province')
        and (
            {{ anlan.town_name_key('doubtful.town_name') }} = names.name_key
            or {{ anlan.plain_text('doubtful.district_name') }} = names.name_key
            or (doubtful.is_ambiguous and {{ anlan.plain_text('doubtful.village_name') }} = names.name_key)
        )
    union all
    select
        doubtful.ask_id,
        case
            when codes.scheme_code = doubtful.scheme_code then 'code_other_date'
            else 'code_other_scheme'
        end,
        codes.division_id, codes.town_id, codes.valid_from_date, codes.valid_to_date
    from doubtful
    inner join {{ ref('map_division_codes') }} as codes
        on codes.level_code <> 'village'
        and doubtful.town_code_key = codes.division_code
),

-- inside the row's town, where it has one; elsewhere only where the town knows nothing of it
scoped_hits as (
    select hits.*, doubtful.on_date, doubtful.level_code, coalesce(hits.town_id = doubtful.town_id, doubtful.town_id is null) as is_here
    from hits
    inner join doubtful on hits.ask_id = doubtful.ask_id
    where doubtful.level_code <> 'village' or hits.hit_code like 'village%'
    qualify coalesce(hits.town_id = doubtful.town_id, doubtful.town_id is null)
        or not bool_or(coalesce(hits.town_id = doubtful.town_id, doubtful.town_id is null)) over (partition by hits.ask_id)
),

hit_facts as (
    select
        ask_id,
        bool_or(hit_code = 'village_code') as has_village_code,
        bool_or(hit_code = 'village_name') as has_village_name,
        bool_or(is_here) as is_here,
        bool_or(hit_code = 'code_other_date') as has_other_date,
        bool_or(hit_code = 'code_other_scheme') as has_other_scheme,
        min(valid_from_date) > min(on_date) as is_before,
        count(distinct case when hit_code like 'village%' then division_id else cast(null as string) end) as village_count
    from scoped_hits
    group by ask_id
),

newest_names as (
    select division_id, max_by(name_zh, valid_from_date) as name_zh, max(valid_to_date) as last_date
    from division_spans
    group by division_id
),

candidates as (
    select distinct scoped_hits.ask_id, scoped_hits.division_id, newest_names.name_zh
    from scoped_hits
    inner join newest_names on scoped_hits.division_id = newest_names.division_id
    -- a division that was gone by then is no candidate: what came after it is
    where newest_names.last_date >= scoped_hits.on_date
    union
    select scoped_hits.ask_id, successors.division_id, successors.name_zh
    from scoped_hits
    inner join (
        select former.division_id as gone_id, former.valid_to_date, newer.division_id, newer.name_zh
        from division_spans as former
        inner join division_spans as newer
            on former.town_id = newer.town_id
            and newer.begun_code = 'added'
            and newer.valid_from_date = former.end_known_from_date
        where former.ended_code = 'gone'
    ) as successors on scoped_hits.division_id = successors.gone_id and scoped_hits.on_date > successors.valid_to_date
),

listed as (
    select
        ask_id,
        {{ anlan.join_text("division_id || ' ' || name_zh", '|', 'division_id') }} as candidate_text,
        cast(count(*) as integer) as candidate_count
    from candidates
    group by ask_id
),

answered as (
    select
        dated.*,
        case
            when dated.verdict = 'none' then cast(null as string)
            when dated.verdict = 'outside' then 'foreign_town'
            when dated.verdict = 'resolved' and dated.today_verdict = 'review' then 'gone_since'
            when dated.verdict = 'resolved' and dated.level_code = 'town' and dated.town_match = 'name_wins' then 'code_name_conflict'
            when dated.verdict = 'resolved' then cast(null as string)
            when dated.level_code = 'any' then 'name_ambiguous'
            when dated.level_code = 'village' and (dated.village_match = 'town_conflict' or dated.is_elsewhere) then 'town_conflict'
            when dated.level_code = 'village' and dated.village_match = 'conflict' then 'code_name_conflict'
            when dated.level_code = 'village' and hit_facts.has_village_name and not hit_facts.is_here then 'town_conflict'
            when dated.level_code = 'village' and hit_facts.village_count > 1 then 'name_ambiguous'
            when dated.level_code = 'village' and (hit_facts.has_village_code or hit_facts.has_village_name) and hit_facts.is_before then 'before_first_record'
            when dated.level_code = 'village' and (hit_facts.has_village_code or hit_facts.has_village_name) then 'gone'
            when dated.level_code = 'village' and coalesce(dated.village_code, '') <> '' then 'code_unknown'
            when dated.level_code = 'village' then 'name_unknown'
            when dated.division_id is not null then 'before_first_record'
            when coalesce(dated.town_name, '') <> '' or coalesce(dated.district_name, '') <> '' then 'name_unknown'
            when hit_facts.has_other_date and hit_facts.is_before then 'before_first_record'
            when hit_facts.has_other_date then 'code_of_another_date'
            when hit_facts.has_other_scheme then 'code_of_another_scheme'
            else 'code_unknown'
        end as why_code,
        coalesce(listed.candidate_text, dated.went_text) as candidate_text,
        coalesce(listed.candidate_count, dated.went_count, 0) as candidate_count,
        today_span.name_zh as today_name_zh
    from dated
    left join hit_facts on dated.ask_id = hit_facts.ask_id
    left join listed on dated.ask_id = listed.ask_id
    left join division_spans as today_span on dated.today_id = today_span.division_id and today_span.is_current
)
{%- endmacro %}

{#
  CTEs from `texts` (ask_id, text, on_date) to `parts` (ask_id, town_name, village_name, district_name, is_ambiguous): what a
  name or an address says, read from its beginning: province, city and district; then a town; then a village. Nothing inside
  a text is looked for: 上谢桥村 is not 谢桥村. A village counts where its name ends there, where a number, a mark or 第 follows, or
  where the name is that of a committee (…村委会文化礼堂).
#}
{% macro division_parts() -%}
tidy_texts as (select ask_id, on_date, {{ anlan.plain_text('text') }} as text_key from texts),

name_keys as (
    select distinct level_code, name_key, form_code = 'bare' as is_bare, division_id, town_id
    from {{ ref('map_division_names') }}
),

bare_counts as (
    select name_key, count(distinct division_id) as division_count
    from name_keys
    where level_code <> 'outside'
    group by name_key
    having bool_or(is_bare)
),

headed as (
    select
        tidy_texts.*,
        regexp_replace(tidy_texts.text_key, '^(浙江省)?(绍兴市)?(柯桥区|绍兴县)?', '') as rest_text,
        {{ anlan.town_name_key('tidy_texts.text_key') }} as whole_key,
        coalesce(bare_counts.division_count, 0) > 1 as is_ambiguous
    from tidy_texts
    left join bare_counts on tidy_texts.text_key = bare_counts.name_key
),

town_heads as (
    select
        headed.ask_id,
        max_by(name_keys.name_key, length(name_keys.name_key)) as town_name,
        max_by(name_keys.town_id, length(name_keys.name_key)) as town_id
    from headed
    inner join name_keys
        on name_keys.level_code in ('town', 'outside')
        and (
            (not name_keys.is_bare and substr(headed.rest_text, 1, length(name_keys.name_key)) = name_keys.name_key)
            or headed.whole_key = name_keys.name_key
        )
    group by headed.ask_id
),

tailed as (
    select
        headed.*,
        town_heads.town_name,
        town_heads.town_id,
        case
            when headed.whole_key = town_heads.town_name then ''
            else substr(headed.rest_text, length(coalesce(town_heads.town_name, '')) + 1)
        end as tail_text
    from headed
    left join town_heads on headed.ask_id = town_heads.ask_id
),

village_heads as (
    select tailed.ask_id, max_by(name_keys.name_key, length(name_keys.name_key)) as village_name
    from tailed
    inner join name_keys
        on name_keys.level_code = 'village'
        and (
            tailed.tail_text = name_keys.name_key
            or (
                not name_keys.is_bare
                and substr(tailed.tail_text, 1, length(name_keys.name_key)) = name_keys.name_key
                and (
                    name_keys.name_key like '%委会' or name_keys.name_key like '%委员会'
                    or substr(tailed.tail_text, length(name_keys.name_key) + 1, 1) = '第'
                    or regexp_replace(substr(tailed.tail_text, length(name_keys.name_key) + 1, 1), '[一-龥]', '') = substr(tailed.tail_text, length(name_keys.name_key) + 1, 1)
                )
            )
        )
        and coalesce(tailed.town_id, name_keys.town_id) = name_keys.town_id
    group by tailed.ask_id
),

parts as (
    select
        tailed.ask_id,
        higher.name_key as district_name,
        case
            when higher.name_key is not null or tailed.is_ambiguous then cast(null as string)
            when tailed.town_name is not null then tailed.town_name
            -- nothing was recognised: the text stands where a reviewer will see it
            when village_heads.village_name is null and regexp_replace(tailed.tail_text, '(村|社区|委会|委员会).*$', '') = tailed.tail_text then tailed.text_key
            else cast(null as string)
        end as town_name,
        case
            when higher.name_key is not null then cast(null as string)
            when tailed.is_ambiguous then tailed.text_key
            when village_heads.village_name is not null then village_heads.village_name
            when regexp_replace(tailed.tail_text, '(村|社区|委会|委员会).*$', '') <> tailed.tail_text then tailed.tail_text
            else cast(null as string)
        end as village_name,
        tailed.is_ambiguous and higher.name_key is null as is_ambiguous
    from tailed
    left join village_heads on tailed.ask_id = village_heads.ask_id
    left join (select distinct name_key from name_keys where level_code in ('province', 'city', 'district') and not is_bare) as higher
        on tailed.text_key = higher.name_key
)
{%- endmacro %}
