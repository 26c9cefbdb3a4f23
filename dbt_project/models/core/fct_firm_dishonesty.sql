-- One row per entry of a firm on the bureau's or the brigade's list of serious dishonesty, with the days between which it stands.
with stated as (
    select
        rows_in.district_code,
        'YJ-' || rows_in.record_no as listing_id,
        {{ record_id_of('emergency', 'dishonest_firms', ['record_no']) }} as record_id,
        rows_in.reason_word,
        rows_in.listed_date as from_date,
        {{ add_days('rows_in.removed_date', -1) }} as to_date,
        rows_in.landing_ref
    from {{ ref('stg_emergency__dishonest_firms') }} as rows_in
    union all
    select
        rows_in.district_code,
        'ZF-' || rows_in.list_no as listing_id,
        {{ record_id_of('enforcement', 'blacklist', ['list_no']) }} as record_id,
        rows_in.reason_word,
        rows_in.listed_date as from_date,
        rows_in.until_date as to_date,
        rows_in.landing_ref
    from {{ ref('stg_enforcement__blacklist') }} as rows_in
)

select
    stated.district_code,
    stated.listing_id,
    links.enterprise_id,
    case stated.reason_word
        when '瞒报谎报事故' then 'concealed'
        when '无证生产' then 'unlicensed'
        else 'other'
    end as reason_code,
    stated.from_date,
    -- no last day: it stands until somebody writes one
    coalesce(stated.to_date, cast('9999-12-31' as date)) as to_date,
    stated.landing_ref
from stated
left join {{ ref('map_enterprise_records') }} as links
    on stated.district_code = links.district_code
    and stated.record_id = links.record_id
