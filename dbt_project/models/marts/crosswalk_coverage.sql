-- One row per silo and list: how much of what the department writes the list can read. Divisions are a list too: what a row or
-- an address says of its town and village, known where it is resolved (or lies in another district), else for review.
with mentions as (
    select
        district_code,
        silo,
        case
            when coalesce(town_name, village_name) is not null then coalesce(town_name, '') || coalesce(village_name, '')
            else coalesce(village_code, town_code)
        end as word,
        verdict in ('resolved', 'outside') as is_known
    from {{ ref('fct_division_mentions') }}
),

said as (
    select district_code, silo, 'division' as list_code, word, is_known, count(*) as row_count
    from mentions
    group by district_code, silo, word, is_known
),

words as (
    select
        district_code,
        silo,
        list_code,
        word,
        rule_status,
        row_count,
        known_row_count
    from {{ ref('fct_silo_words') }}
    union all
    select
        district_code,
        silo,
        list_code,
        word,
        'sourced',
        row_count,
        case when is_known then row_count else 0 end
    from said
),

lists as (select * from {{ ref('ref_word_lists') }}),

unknown as (
    select
        district_code,
        silo,
        list_code,
        word,
        sum(row_count) as row_count
    from {{ ref('fct_unknown_words') }}
    group by district_code, silo, list_code, word
    union all
    select district_code, silo, list_code, word, row_count
    from said
    where not is_known
),

shown as (
    -- the most frequent ones first; the rest stands in fct_unknown_words and fct_unresolved_divisions
    select
        district_code,
        silo,
        list_code,
        {{ join_text('word', '、', 'row_count desc, word') }} as unknown_words
    from (
        select *
        from unknown
        qualify row_number() over (partition by district_code, silo, list_code order by row_count desc, word) <= 5
    ) as first_five
    group by district_code, silo, list_code
),

summed as (
    select
        district_code,
        silo,
        list_code,
        count(distinct word) as word_count,
        sum(row_count) as row_count,
        sum(known_row_count) as known_row_count,
        sum(case when rule_status in ('pilot', 'unverified') then known_row_count else 0 end) as unofficial_row_count
    from words
    group by district_code, silo, list_code
),

unknown_counts as (
    select district_code, silo, list_code, count(*) as unknown_word_count
    from unknown
    group by district_code, silo, list_code
)

select
    summed.district_code,
    summed.silo,
    summed.list_code,
    lists.name_zh as list_name_zh,
    lists.name_en as list_name_en,
    lists.standard,
    shown.unknown_words,
    cast(summed.word_count as bigint) as word_count,
    cast(coalesce(unknown_counts.unknown_word_count, 0) as bigint) as unknown_word_count,
    cast(summed.row_count as bigint) as row_count,
    cast(summed.known_row_count as bigint) as known_row_count,
    -- read by a list of ours that no source confirms
    cast(summed.unofficial_row_count as bigint) as unofficial_row_count,
    {{ ratio('summed.known_row_count', 'summed.row_count') }} as coverage_share
from summed
left join lists on summed.list_code = lists.list_code
left join unknown_counts
    on summed.district_code = unknown_counts.district_code
    and summed.silo = unknown_counts.silo
    and summed.list_code = unknown_counts.list_code
left join shown
    on summed.district_code = shown.district_code
    and summed.silo = shown.silo
    and summed.list_code = shown.list_code
