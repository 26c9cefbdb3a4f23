{# Rooms are schemas: staging, core, indicators, marts, method. No target prefix: one file holds one house. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
