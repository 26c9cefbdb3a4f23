-- One row per certificate of a member of a station squad or civil team, or of a watcher of a control room x period: its status on
-- the last day, computed, never typed (DOMAIN 3c). One issued after the period is not there yet.
with types as (select * from {{ ref('ref_cert_types') }}),

words as (select * from {{ ref('ref_cert_type_words') }}),

levels as (select * from {{ ref('ref_cert_levels') }}),

members as (select * from {{ ref('fct_team_members') }}),

periods as (select * from {{ ref('dim_periods') }}),

told as (
    select
        papers.district_code,
        'emergency:' || papers.certificate_no as certificate_id,
        'emergency' as silo,
        papers.person_no as member_no,
        papers.cert_type_word,
        papers.cert_level_word,
        papers.cert_no_mask,
        papers.cert_no_hash is not null as has_cert_no,
        papers.issued_date,
        papers.valid_to_date,
        papers.reviewed_date,
        papers.landing_ref
    from {{ ref('stg_emergency__certificates') }} as papers
    where papers.holder_type_word = '队员'
    union all
    select
        lines.district_code,
        'civil:' || lines.member_no,
        'civil',
        lines.member_no,
        lines.cert_type_word,
        cast(null as string),
        cast(null as string),
        lines.cert_no is not null,
        cast(null as date),
        lines.cert_valid_to_date,
        cast(null as date),
        lines.landing_ref
    from {{ ref('stg_civil__rescue_team_members') }} as lines
    where lines.cert_type_word is not null
),

records as (
    select
        told.district_code,
        told.certificate_id,
        members.person_id,
        coalesce(words.cert_type_code, 'unknown') as cert_type_code,
        told.cert_level_word,
        told.cert_no_mask,
        told.has_cert_no,
        told.issued_date,
        told.valid_to_date,
        told.reviewed_date,
        told.landing_ref
    from told
    inner join members
        on told.district_code = members.district_code
        and told.silo = members.silo
        and told.member_no = members.member_no
    left join words on told.cert_type_word = words.cert_type_word
    union all
    select
        papers.district_code,
        'fire:' || papers.record_no,
        watchers.person_id,
        'fire_control',
        papers.cert_level_word,
        papers.cert_no_mask,
        papers.cert_no_hash is not null,
        papers.issued_date,
        cast(null as date),
        cast(null as date),
        papers.landing_ref
    from {{ ref('stg_fire__control_room_staff') }} as papers
    inner join {{ ref('fct_control_room_staff') }} as watchers
        on papers.district_code = watchers.district_code
        and papers.record_no = watchers.record_no
),

dated as (
    select
        records.*,
        levels.level_number,
        coalesce(records.valid_to_date, {{ add_months('records.issued_date', 'types.validity_months') }}) as valid_until_date,
        types.review_months,
        coalesce(types.warn_days, 0) as warn_days,
        -- of a paper that never ends its number is enough: lists of civil teams give no day of issue
        coalesce(types.is_expiry_needed, true) as is_expiry_needed,
        cast(null as date) as revoked_date,
        false as is_mismatch
    from records
    left join types on records.cert_type_code = types.cert_type_code
    left join levels on records.cert_level_word = levels.cert_level_word
),

judged as (
    select
        dated.*,
        periods.period,
        case
            when not dated.is_expiry_needed and dated.has_cert_no and dated.issued_date is null and dated.valid_until_date is null then 'valid'
            else {{ certificate_status('dated', 'periods.end_date') }}
        end as cert_status,
        {{ certificate_review_due('dated', 'periods.end_date') }} as review_due_date
    from dated
    inner join periods on dated.district_code = periods.district_code
)

select
    district_code,
    certificate_id,
    period,
    person_id,
    cert_type_code,
    {{ certificate_columns() }},
    landing_ref
from judged
where cert_status <> 'not_issued'
