{# Metres east and north of a difference in degrees, good to 0.3 % in the district (30 degrees north). #}
{% macro metres_east(degrees) -%}(cast({{ degrees }} as double) * 96486){%- endmacro %}
{% macro metres_north(degrees) -%}(cast({{ degrees }} as double) * 110862){%- endmacro %}

{# 1 where a line from the point to the west crosses the edge: an odd sum over all edges means inside. #}
{% macro crosses_edge(lon, lat, edge) -%}
case
    when ({{ edge }}.lat > {{ lat }}) <> ({{ edge }}.to_lat > {{ lat }})
        and cast({{ lon }} as double) < cast({{ edge }}.lon as double) + cast({{ edge }}.to_lon - {{ edge }}.lon as double)
            * cast({{ lat }} - {{ edge }}.lat as double) / nullif(cast({{ edge }}.to_lat - {{ edge }}.lat as double), 0) then 1
    else 0
end
{%- endmacro %}

{# Square of the distance in metres from a point to an edge. #}
{% macro edge_square(lon, lat, edge) -%}
{%- set dx = anlan.metres_east(edge ~ '.to_lon - ' ~ edge ~ '.lon') -%}{%- set dy = anlan.metres_north(edge ~ '.to_lat - ' ~ edge ~ '.lat') -%}
{%- set px = anlan.metres_east(lon ~ ' - ' ~ edge ~ '.lon') -%}{%- set py = anlan.metres_north(lat ~ ' - ' ~ edge ~ '.lat') -%}
{%- set along = "greatest(0, least(1, coalesce((" ~ px ~ " * " ~ dx ~ " + " ~ py ~ " * " ~ dy ~ ") / nullif(" ~ dx ~ " * " ~ dx ~ " + " ~ dy ~ " * " ~ dy ~ ", 0), 0)))" -%}
power({{ px }} - {{ along }} * {{ dx }}, 2) + power({{ py }} - {{ along }} * {{ dy }}, 2)
{%- endmacro %}

{# The name of a point: its degrees to the sixth place. #}
{% macro point_id(lon, lat) -%}cast(cast({{ lon }} as decimal(10, 6)) as string) || ' ' || cast(cast({{ lat }} as decimal(10, 6)) as string){%- endmacro %}
