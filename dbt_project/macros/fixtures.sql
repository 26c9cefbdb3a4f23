{#
  A row of a unit test as SQL, each cell cast to its column's type. On DuckDB it is written here: dbt's own way calls six
  macros for each cell, which takes longer than all that is tested. Another engine keeps dbt's own.
#}
{% macro format_row(row, column_name_to_data_types) -%}
    {%- if target.type != 'duckdb' -%}{{ return(dbt.format_row(row, column_name_to_data_types)) }}{%- endif -%}
    {%- set written = {} -%}
    {%- for name, value in row.items() -%}
        {%- set type = column_name_to_data_types.get(name | lower) -%}
        {%- if type is none -%}{{ return(dbt.format_row(row, column_name_to_data_types)) }}{#- which says what is wrong -#}{%- endif -%}
        {%- if value is string -%}
            {%- set said = "'" ~ value | replace("'", "''") ~ "'" -%}
        {%- else -%}
            {%- set said = 'null' if value is none else value -%}
        {%- endif -%}
        {%- do written.update({name | lower: 'cast(' ~ said ~ ' as ' ~ type ~ ')'}) -%}
    {%- endfor -%}
    {{ return(written) }}
{%- endmacro %}
