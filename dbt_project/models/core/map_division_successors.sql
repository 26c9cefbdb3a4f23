-- One row per former division (a span of dim_divisions that has ended) x division of today that it went to, and whether that
-- is certain. Where the successor is not on record there is one row without it, and the candidates stand beside it.
--   certain  one successor: renamed, converted, or merged by a decision (ref_village_successors, status decided)
--   shared   split by decided shares that add up to 1
--   review   gone, and nobody has decided what it became; the town is certain all the same
--   outside  went to another district
-- Decided merges and splits are followed through at most four steps.
{% set depth = 4 %}
with divisions as (select * from {{ ref('dim_divisions') }}),

said as (select * from {{ ref('ref_village_successors') }}),

outside as (select * from {{ ref('ref_division_codes') }} where successor_kind = 'outside'),

-- the last span of each division: where it stands now, or how it ended
ends as (
    select * from divisions
    qualify row_number() over (partition by division_id order by valid_from_date desc) = 1
),

edges as (
    select division_code as from_id, successor_code as to_id, successor_kind, share, evidence
    from said
    where status = 'decided' and {{ day_or_latest() }} between effective_from and effective_to
),

{% for n in range(depth + 1) -%}
{% if loop.first -%}
hop_0 as (
    select
        ends.division_id as origin_id, ends.division_id as reached_id, cast(1 as decimal(9, 6)) as share, 0 as step_count,
        cast('' as string) as path, ends.ended_code, cast('' as string) as kinds
    from ends
),
{% else -%}
hop_{{ n }} as (
    select
        hop.origin_id, edges.to_id as reached_id, cast(hop.share * coalesce(edges.share, 0) as decimal(9, 6)) as share,
        hop.step_count + 1 as step_count, hop.path || ' > ' || edges.to_id as path, ends.ended_code, hop.kinds || edges.successor_kind || ' ' as kinds
    from hop_{{ n - 1 }} as hop
    inner join edges on hop.reached_id = edges.from_id
    inner join ends on edges.to_id = ends.division_id
    where hop.ended_code = 'gone'
),
{% endif -%}
{% endfor %}
reached as (
    {% for n in range(depth + 1) -%}
    select * from hop_{{ n }} where ended_code = 'current'
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- a division may arrive at the same successor by two ways
arrived as (
    select
        origin_id, reached_id, cast(sum(share) as decimal(9, 6)) as share, cast(max(step_count) as integer) as step_count,
        min(path) as path, min(kinds) as kinds
    from reached
    group by origin_id, reached_id
),

whole as (
    select origin_id, cast(sum(share) as decimal(9, 6)) as share_sum, count(*) as successor_count
    from arrived
    group by origin_id
),

-- villages that came in the same town when this one went
candidates as (
    select gone.division_id, newer.division_id as candidate_id, newer.name_zh
    from divisions as gone
    inner join divisions as newer
        on gone.town_id = newer.town_id
        and newer.begun_code = 'added'
        and newer.valid_from_date = {{ add_days('gone.valid_to_date', 1) }}
    where gone.ended_code = 'gone'
    union
    select said.division_code, said.successor_code, ends.name_zh
    from said
    inner join ends on said.successor_code = ends.division_id
),

listed as (
    select
        division_id,
        {{ join_text("candidate_id || ' ' || name_zh", '|', 'candidate_id') }} as candidate_text,
        cast(count(*) as integer) as candidate_count
    from candidates
    group by division_id
),

former as (select * from divisions where not is_current),

judged as (
    select
        former.*,
        arrived.reached_id,
        arrived.share,
        coalesce(arrived.step_count, 0) as step_count,
        arrived.path,
        arrived.kinds,
        case
            when arrived.reached_id is null then 'review'
            when whole.share_sum <> 1 then 'review'
            when whole.successor_count = 1 then 'certain'
            else 'shared'
        end as verdict
    from former
    left join arrived on former.division_id = arrived.origin_id
    left join whole on former.division_id = whole.origin_id
    -- shares that do not add up say nothing: one row for the review, not one per half-way answer
    qualify verdict <> 'review' or row_number() over (partition by former.division_code, former.valid_from_date order by arrived.reached_id nulls last) = 1
)

select
    judged.district_code,
    judged.division_id,
    judged.division_code,
    judged.level_code,
    judged.name_zh,
    judged.ended_code,
    judged.town_id,
    case
        when judged.verdict = 'review' then cast(null as string)
        else newest.division_id
    end as today_id,
    case
        when judged.verdict = 'review' then cast(null as string)
        else newest.name_zh
    end as today_name_zh,
    judged.verdict,
    -- what a reviewer may choose from, where nothing is certain
    case
        when judged.verdict = 'review' then listed.candidate_text
        else cast(null as string)
    end as candidate_text,
    trim(coalesce(judged.kinds, '')) as step_kinds,
    coalesce(judged.path, '') as path,
    judged.share,
    judged.step_count,
    case
        when judged.verdict = 'review' then coalesce(listed.candidate_count, 0)
        else 0
    end as candidate_count,
    judged.valid_from_date,
    judged.valid_to_date
from judged
left join ends as newest on judged.reached_id = newest.division_id
left join listed on judged.division_id = listed.division_id
union all
select
    cast('{{ var("district_code") }}' as string),
    successor_code || '000000',
    cast(null as string),
    'town',
    name_zh,
    'moved',
    cast(null as string),
    successor_code || '000000',
    cast(null as string),
    'outside',
    cast(null as string),
    'moved',
    '',
    cast(1 as decimal(9, 6)),
    0,
    0,
    valid_from_date,
    valid_to_date
from outside
