-- One row per firm on the platform x period: its best standardisation certificate in force at period end, or none, and the points that costs.
-- Without a last day a certificate holds as long as certificates do (the window of E202).
{{ config(materialized='table') }}
with reporters as (select * from {{ ref('int_enterprise_reporters') }}),

certificates as (select * from {{ ref('fct_firm_standards') }} where enterprise_id is not null),

levels as (select * from {{ ref('method_standardisation_levels') }}),

item as (select max(window_months) as window_months from {{ ref('method_enterprise_items') }} where item_code = 'E202'),

dated as (
    select
        certificates.*,
        coalesce(certificates.valid_to_date, {{ add_months('certificates.issued_date', 'item.window_months') }}) as last_date
    from certificates
    cross join item
)

select
    reporters.district_code,
    reporters.enterprise_id,
    reporters.period,
    coalesce(dated.certificate_no, 'none') as certificate_no,
    levels.level_code,
    levels.lost_points,
    dated.issued_date,
    coalesce(dated.landing_ref, reporters.landing_ref) as landing_ref
from reporters
left join dated
    on reporters.enterprise_id = dated.enterprise_id
    and dated.issued_date <= reporters.end_date
    and dated.last_date >= reporters.end_date
inner join levels
    on (levels.level_word = dated.level_word or (dated.certificate_no is null and levels.level_code = 'none'))
    and {{ last_day() }} between levels.effective_from and levels.effective_to
qualify row_number() over (
    partition by reporters.enterprise_id, reporters.period
    order by levels.lost_points, dated.certificate_no
) = 1
