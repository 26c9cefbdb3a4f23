{# Normal forms of the names of things, for comparing only: what two silos write differently of one name becomes equal. #}

{# A team: without its district, blanks and brackets, kinds of teams in one word each. #}
{% macro team_name_key(name) -%}
nullif(replace(replace(replace({{ anlan.replace_all("regexp_replace(coalesce(" ~ name ~ ", ''), '^(浙江省)?(绍兴市)?(柯桥区)?', '')", '[ 　()（）·-]', '') }}, '志愿消防队', '义务消防队'), '微型消防站', '义务消防队'), '村社综合应急队', '综合应急队'), '')
{%- endmacro %}

{# A plan: without its district, the words for "plan" and blanks. #}
{% macro plan_name_key(name) -%}
nullif({{ anlan.replace_all("regexp_replace(coalesce(" ~ name ~ ", ''), '^(浙江省)?(绍兴市)?(柯桥区)?', '')", '(突发事件)?(应急预案|应急处置卡|综合预案|预案)$|[ 　()（）·-]', '') }}, '')
{%- endmacro %}
