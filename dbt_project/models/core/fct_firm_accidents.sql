-- One row per accident of a firm: the bureau's record, and the firm's own where the bureau has none of that firm within a day.
with stated as (
    select
        rows_in.district_code,
        'YJ-' || rows_in.accident_no as accident_id,
        links.enterprise_id,
        'emergency' as silo,
        rows_in.grade_word,
        rows_in.death_count,
        rows_in.is_responsible,
        rows_in.occurred_at,
        rows_in.firm_reported_at as reported_at,
        rows_in.landing_ref
    from {{ ref('stg_emergency__accidents') }} as rows_in
    left join {{ ref('map_enterprise_records') }} as links
        on rows_in.district_code = links.district_code
        and {{ record_id_of('emergency', 'accidents', ['accident_no']) }} = links.record_id
    union all
    select
        told.district_code,
        'QY-' || told.accident_no as accident_id,
        told.enterprise_id,
        'firms' as silo,
        told.grade_word,
        told.death_count,
        told.is_responsible,
        told.occurred_at,
        told.reported_at,
        told.landing_ref
    from ({{ rows_of_firms('stg_firms__accidents') }}) as told
)

select
    stated.district_code,
    stated.accident_id,
    stated.enterprise_id,
    stated.silo,
    case stated.grade_word
        when '一般' then 'general'
        when '较大' then 'serious'
        when '重大' then 'major'
        when '特别重大' then 'extraordinary'
        when '未达等级' then 'below'
        else 'unknown'
    end as grade_code,
    coalesce(stated.death_count, 0) as death_count,
    coalesce(stated.is_responsible, false) as is_responsible,
    stated.occurred_at,
    stated.reported_at,
    stated.landing_ref
from stated
left join (select * from stated where silo = 'emergency') as known
    on stated.silo = 'firms'
    and stated.enterprise_id = known.enterprise_id
    and abs({{ seconds_between('stated.occurred_at', 'known.occurred_at') }}) <= 86400
where known.accident_id is null
