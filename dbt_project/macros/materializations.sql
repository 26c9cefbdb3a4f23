{#
  Tables and views of the DuckDB file, each made in its place by one statement, in one transaction. dbt's own way makes a
  second relation, renames twice and drops one: four more statements per model. A Python model's table goes before it is made anew, in
  the same transaction. Spark keeps dbt's own.
#}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {%- set target_relation = anlan.place_for('table') -%}
    {%- if model['language'] == 'python' %}{% do adapter.drop_relation(target_relation) %}{% endif -%}
    {% call statement('main', language=model['language']) -%}
        {%- if model['language'] == 'python' -%}
            {{ py_write_table(False, target_relation, compiled_code) }}
        {%- elif config.get('contract').enforced -%}
            {{ get_assert_columns_equivalent(compiled_code) }}
            create or replace table {{ target_relation }} {{ get_table_columns_and_constraints() }};
            insert into {{ target_relation }} {{ get_column_names() }} ({{ get_select_subquery(compiled_code) }});
        {%- else -%}
            create or replace table {{ target_relation }} as ({{ compiled_code }}
            );
        {%- endif -%}
    {%- endcall %}
    {{ anlan.made() }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
    {%- set target_relation = anlan.place_for('view') -%}
    {% call statement('main') -%}
        create or replace view {{ target_relation }} as ({{ compiled_code }}
        );
    {%- endcall %}
    {{ anlan.made() }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{# The relation a model makes; what has its name and is of another kind goes. #}
{% macro place_for(kind) -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- if existing is not none and existing.type != kind %}{% do adapter.drop_relation(existing) %}{% endif -%}
    {% do run_hooks(pre_hooks, inside_transaction=True) %}
    {{ return(this.incorporate(type=kind)) }}
{%- endmacro %}

{# What follows each model: its hooks, and the end of the transaction. #}
{% macro made() -%}
    {% do run_hooks(post_hooks, inside_transaction=True) %}
    {% do adapter.commit() %}
{%- endmacro %}
