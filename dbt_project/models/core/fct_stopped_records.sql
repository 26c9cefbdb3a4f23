-- One row per record of any kind of thing whose cluster grew too large: it was taken apart again, down to what keys join, and a
-- person must look at what so many records share (a stand-in name, a common telephone).
{%- set kinds = ['enterprise', 'hazard', 'person', 'team', 'device', 'store', 'plan', 'station'] %}
{% for kind in kinds -%}
select
    stopped.district_code,
    stopped.entity_type,
    stopped.record_id,
    stopped.cluster_id,
    records.silo,
    records.table_name,
    records.label,
    records.shown,
    stopped.reason,
    stopped.model_version,
    records.landing_ref,
    stopped.member_count,
    records.seen_date
from {{ source('linkage', kind ~ '__stopped') }} as stopped
inner join {{ ref('fct_' ~ kind ~ '_records') }} as records
    on stopped.district_code = records.district_code and stopped.record_id = records.record_id
{{ 'union all' if not loop.last }}
{% endfor -%}
