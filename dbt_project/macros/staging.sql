{#
  The newest accepted version of each key of a landed table, with its landing_ref. The newest batch wins, then the last
  row of that batch; among events of change the latest event wins, whenever it came. A key that was withdrawn or deleted
  is left out, and so are refused and duplicate rows: they stay in landing and quarantine. With the variable as_known_on
  only what had been recorded by then is seen.
  key: list of landed column names.
#}
{% macro newest_accepted(source_name, key) -%}
{%- set names = source_name.split('__') -%}
{%- set by_event = '_valid_at desc nulls last, ' if anlan.landed_load(source_name) == 'changes' else '' -%}
select * from (
    select
        *,
        concat('{{ names[0] }}/{{ names[1:] | join('__') }}/', batch, '#', coalesce(_file, ''), '!', coalesce(_part, ''), ':', cast(_row as {{ dbt.type_string() }})) as landing_ref
    from {{ anlan.as_hashed_now(source_name) }}
    where _verdict in ('accepted', 'withdrawn'){{ anlan.known_by('_recorded_at') }}
    qualify row_number() over (
        partition by district_code, {{ key | join(', ') }}
        order by {{ by_event }}batch desc, _row desc, _file desc nulls last, _part desc nulls last
    ) = 1
) as versions
where _verdict = 'accepted' and coalesce(_op, '') <> 'delete'
{%- endmacro %}

{#
  The accepted rows under every key for which more than one value was sent, with landing_ref and `revision`: 1 for what came
  first, 2 for the second value, and so on. For rules that compare what was sent first with what was sent later; what counts
  is still newest_accepted.
#}
{% macro accepted_versions(source_name, key) -%}
{%- set names = source_name.split('__') -%}
{%- set keys = 'district_code, ' ~ (key | join(', ')) -%}
{%- set only = "_verdict = 'accepted'" ~ anlan.known_by('_recorded_at') -%}
select
    *,
    concat('{{ names[0] }}/{{ names[1:] | join('__') }}/', batch, '#', coalesce(_file, ''), '!', coalesce(_part, ''), ':', cast(_row as {{ dbt.type_string() }})) as landing_ref,
    row_number() over (partition by {{ keys }} order by batch, _file, _part, _row) as revision
from {{ anlan.as_hashed_now(source_name) }}
inner join (
    select {{ keys }} from {{ source('landing', source_name) }} where {{ only }} group by {{ keys }} having count(*) > 1
) as repeated using ({{ keys }})
where {{ only }}
{%- endmacro %}

{#
  Every version of a landed table that counts or counted, withdrawn ones included, with its landing_ref: what was true when
  (_valid_at, null where the silo does not say) and when we knew it (_recorded_at). For spans; what counts now is newest_accepted.
#}
{% macro every_version(source_name) -%}
{%- set names = source_name.split('__') -%}
select
    *,
    _verdict = 'withdrawn' or coalesce(_op, '') = 'delete' as is_withdrawn,
    concat('{{ names[0] }}/{{ names[1:] | join('__') }}/', batch, '#', coalesce(_file, ''), '!', coalesce(_part, ''), ':', cast(_row as {{ dbt.type_string() }})) as landing_ref
from {{ anlan.as_hashed_now(source_name) }}
where _verdict in ('accepted', 'withdrawn'){{ anlan.known_by('_recorded_at') }}
{%- endmacro %}

{#
  The landed table with the hashes of people under the newest identity key: where the key was changed, `anlan vault rehash`
  keeps old and new hashes side by side (variable identity_hashes), and the new one stands in the place of the old.
#}
{% macro as_hashed_now(source_name) -%}
{%- set keyed = anlan.keyed_columns(source_name) if var('identity_hashes', none) else [] -%}
{%- if keyed -%}
(
    select sent.* replace ({% for c in keyed %}coalesce(now_{{ loop.index }}.new_hash, sent.{{ c }}) as {{ c }}{{ ', ' if not loop.last }}{% endfor %})
    from {{ source('landing', source_name) }} as sent
    {% for c in keyed %}left join {{ source('landing_index', 'identity_hashes') }} as now_{{ loop.index }} on now_{{ loop.index }}.old_hash = sent.{{ c }}
    {% endfor %}
) as hashed_now
{%- else -%}
{{ source('landing', source_name) }}
{%- endif -%}
{%- endmacro %}

{# The columns of a landed table that hold keyed hashes of people. #}
{% macro keyed_columns(source_name) -%}
{%- set found = namespace(names=[]) -%}
{%- if execute -%}
{%- for node in graph.get('sources', {}).values() if node.source_name == 'landing' and node.name == source_name -%}
{%- set found.names = (node.config.get('meta') or {}).get('keyed', []) -%}
{%- endfor -%}
{%- endif -%}
{{ return(found.names) }}
{%- endmacro %}

{# A condition that keeps what was recorded by as_known_on (UTC), or nothing where everything counts. #}
{% macro known_by(column) -%}
{%- if var('as_known_on', none) %} and {{ column }} <= timestamp '{{ var('as_known_on') }}'{% endif -%}
{%- endmacro %}

{# How a landed table is loaded: snapshot, incremental or changes; '' where it is not known. #}
{% macro landed_load(source_name) -%}
{%- set found = namespace(load='') -%}
{%- if execute -%}
{%- for node in graph.get('sources', {}).values() if node.source_name == 'landing' and node.name == source_name -%}
{%- set found.load = (node.config.get('meta') or {}).get('load', '') -%}
{%- endfor -%}
{%- endif -%}
{{ return(found.load) }}
{%- endmacro %}

{#
  The text of a landed column as its department sent it: landing keeps raw text only where it differs from the usual
  text of what was read (`<c>_text`). Call it in a select from newest_accepted; `rows` names the relation where needed.
#}
{% macro as_sent(column, rows='') -%}
{%- set dot = rows ~ '.' if rows else '' -%}
coalesce({{ dot }}{{ column }}_text, {{ anlan.usual_text(dot ~ column, anlan.landed_form(column)) }})
{%- endmacro %}

{# How the usual text of a column of the model's landing source is written: '', 'instant+<hours>', 'epoch_ms' or 'h_min'. #}
{% macro landed_form(column) -%}
{%- set found = namespace(form='') -%}
{%- if execute -%}
{%- for named in model.get('sources') or [] -%}
{%- for node in graph.get('sources', {}).values() -%}
{%- if node.source_name == named[0] and node.name == named[1] and column in node.columns -%}
{%- set found.form = ((node.columns[column].get('config') or {}).get('meta') or {}).get('usual_text', '') -%}
{%- endif -%}
{%- endfor -%}
{%- endfor -%}
{%- endif -%}
{{ return(found.form) }}
{%- endmacro %}

{% macro usual_text(x, form) -%}
{%- if form == 'epoch_ms' -%}{{ anlan.milliseconds(x) }}
{%- elif form == 'h_min' -%}{{ anlan.hours_and_minutes(x) }}
{%- elif form.startswith('instant') -%}{{ anlan.wall_clock(x, form[7:]) }}
{%- else -%}cast({{ x }} as {{ dbt.type_string() }})
{%- endif -%}
{%- endmacro %}

{#
  The normal form under which a firm's name is compared, for columns the door read as plain text: as reading.firm_key makes
  it. Staging text is in half width without hidden characters already.
#}
{% macro firm_key(name) -%}
replace(replace(upper(translate({{ anlan.replace_all(name, '[[:space:]　]', '') }}, '（）', '()')), '有限责任公司', '有限公司'), '股份公司', '股份有限公司')
{%- endmacro %}
