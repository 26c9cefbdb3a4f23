{#
  Tables and views of the DuckDB file, each made in its place by one statement. dbt's own way makes a second relation, renames
  twice and drops one: four more statements per model. One statement is a transaction of itself; a model of several (a contract's
  table, hooks, a Python model, whose table goes before it is made anew) gets one around them. A data test is one question, asked
  without a transaction. What bears a model's name and is of another kind goes once, before the run (`clear_places`): dbt looks it up
  in all relations for each model. Spark keeps dbt's own.
#}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- if model['language'] == 'python' or config.get('contract').enforced or pre_hooks or post_hooks %}
        {% do run_hooks(pre_hooks, inside_transaction=True) %}
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
        {% do run_hooks(post_hooks, inside_transaction=True) %}
        {% do adapter.commit() %}
    {%- else %}
        {% do anlan.in_one('create or replace table ' ~ target_relation ~ ' as (' ~ compiled_code ~ '\n);') %}
    {%- endif %}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
    {%- set target_relation = this.incorporate(type='view') -%}
    {%- if pre_hooks or post_hooks %}{{ exceptions.raise_compiler_error('a view has no hooks: nothing is made when it is') }}{% endif -%}
    {% do anlan.in_one('create or replace view ' ~ target_relation ~ ' as (' ~ compiled_code ~ '\n);') %}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{% materialization test, adapter='duckdb' %}
    {%- if should_store_failures() or config.get('sql_header') %}{{ return(dbt.materialization_test_default()) }}{% endif -%}
    {% do anlan.in_one(
        get_test_sql(
            get_limit_subquery_sql(sql, config.get('limit')), config.get('fail_calc'), config.get('warn_if'), config.get('error_if'),
            limit=none
        ),
        fetch=True
    ) %}
    {{ return({'relations': []}) }}
{% endmaterialization %}

{# Run one statement as what the step is for, in no transaction but its own. #}
{% macro in_one(statement_sql, fetch=False) -%}
    {%- set response, found = adapter.execute(statement_sql, auto_begin=False, fetch=fetch) -%}
    {% do store_result('main', response=response, agate_table=found) %}
{%- endmacro %}

{# Before a run: a table that shall be a view, or the other way round, goes, for DuckDB does not replace one by the other. #}
{% macro clear_places() -%}
    {%- if execute and target.type == 'duckdb' %}
        {%- set kinds = {} -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' -%}
            {%- do kinds.update({node.schema ~ '.' ~ node.alias: 'VIEW' if node.config.materialized == 'view' else 'BASE TABLE'}) -%}
        {%- endfor -%}
        {%- set made = run_query('select table_schema, table_name, table_type from information_schema.tables where table_catalog = current_database()') -%}
        {%- for schema_name, table_name, kind in made.rows if kinds.get(schema_name ~ '.' ~ table_name, kind) != kind -%}
            {%- do run_query('drop ' ~ ('view ' if kind == 'VIEW' else 'table ') ~ api.Relation.create(schema=schema_name, identifier=table_name)) -%}
        {%- endfor -%}
    {%- endif %}
{%- endmacro %}
