-- One row per silo and list: how much of what the department writes the list can read.
with words as (select * from {{ ref('fct_silo_words') }}),

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
),

shown as (
    -- the most frequent ones first; the rest stands in fct_unknown_words
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
