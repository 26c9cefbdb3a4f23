-- One row per probe of an interface in the period: 1 where it answered.
with probes as (select * from {{ ref('fct_interface_probes') }}),

periods as (select * from {{ ref('dim_periods') }}),

probed as (
    select
        probes.district_code,
        probes.department,
        periods.period,
        probes.probe_no,
        case when probes.is_ok then 1 else 0 end as answered,
        probes.probed_at,
        probes.landing_ref
    from probes
    inner join periods
        on probes.district_code = periods.district_code
        and probes.probed_at >= periods.start_at
        and probes.probed_at < periods.end_before_at
)

select
{{ evidence('DA03', 'department', 'probe', 'probe_no', 'answered', '1', 'probed_at') }}
from probed
