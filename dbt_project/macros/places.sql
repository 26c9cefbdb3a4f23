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

{#
  CTEs that measure `spots` (lon, lat in WGS-84) against the district's outline and the seats of its towns: `outlined` (crossings of
  the outline to the west, metres to it) and `nearest` (the two nearest seats and how far they are).
#}
{% macro spots_measured() -%}
towns as (select * from {{ ref('dim_towns') }}),

outline as (
    select * from {{ ref('ref_district_outline') }}
    where district_code = '{{ var("district_code") }}' and {{ anlan.day_or_latest() }} between effective_from and effective_to
),

edges as (
    select
        lon,
        lat,
        coalesce(lead(lon) over (order by point_number), first_value(lon) over (order by point_number)) as to_lon,
        coalesce(lead(lat) over (order by point_number), first_value(lat) over (order by point_number)) as to_lat
    from outline
),

outlined as (
    select
        spots.lon,
        spots.lat,
        sum({{ anlan.crosses_edge('spots.lon', 'spots.lat', 'edges') }}) as crossing_count,
        sqrt(min({{ anlan.edge_square('spots.lon', 'spots.lat', 'edges') }})) as edge_m
    from spots
    cross join edges
    group by spots.lon, spots.lat
),

seats as (
    select
        spots.lon,
        spots.lat,
        towns.town_id,
        {{ anlan.metres_between('spots.lon', 'spots.lat', 'towns.seat_lon', 'towns.seat_lat') }} as seat_m
    from spots
    cross join towns
),

ranked as (
    select seats.*, row_number() over (partition by lon, lat order by seat_m, town_id) as seat_rank
    from seats
),

nearest as (
    select
        lon,
        lat,
        max(case when seat_rank = 1 then town_id else cast(null as string) end) as nearest_town_id,
        max(case when seat_rank = 2 then town_id else cast(null as string) end) as second_town_id,
        max(case when seat_rank = 1 then seat_m else cast(null as double) end) as nearest_m,
        max(case when seat_rank = 2 then seat_m else cast(null as double) end) as second_m
    from ranked
    where seat_rank <= 2
    group by lon, lat
)
{%- endmacro %}

{# Where a point lies by the outline, from `outlined` (`spots_measured`). #}
{% macro outline_says() -%}
case
            when outlined.edge_m <= {{ anlan.parameter('border_margin_m') }} then 'border'
            when mod(outlined.crossing_count, 2) = 1 then 'inside'
            else 'outside'
        end
{%- endmacro %}

{# How far the edge and the two nearest seats are, in metres, from `outlined` and `nearest` (`spots_measured`). #}
{% macro spot_distances() -%}
cast(outlined.edge_m as decimal(12, 1)) as edge_m,
        nearest.nearest_town_id,
        nearest.second_town_id,
        cast(nearest.nearest_m as decimal(12, 1)) as nearest_seat_m,
        cast(nearest.second_m as decimal(12, 1)) as second_seat_m,
        {{ anlan.ratio('nearest.nearest_m', 'nearest.second_m', 4) }} as seat_ratio
{%- endmacro %}

{#
  One row per point of `asked` (lon, lat): inside, on the border or outside, the two nearest seats, and what that says. Without known
  grids as witnesses (fct_point_divisions has them) the nearest seat decides by the same ratio; else both seats are for review.
#}
{% macro point_answers() -%}
spots as (select distinct lon, lat from asked),

{{ anlan.spots_measured() }},

measured as (
    select
        spots.lon,
        spots.lat,
        {{ anlan.outline_says() }} as outline_code,
        {{ anlan.spot_distances() }}
    from spots
    inner join outlined on spots.lon = outlined.lon and spots.lat = outlined.lat
    inner join nearest on spots.lon = nearest.lon and spots.lat = nearest.lat
)

select
    measured.*,
    one.town_name_zh as nearest_name,
    two.town_name_zh as second_name,
    case
        when outline_code = 'outside' then 'outside'
        when outline_code = 'inside' and seat_ratio <= {{ anlan.parameter('seat_ratio_maximum') }} then 'resolved'
        else 'review'
    end as verdict,
    case
        when outline_code = 'outside' then 'not_in_district'
        when outline_code = 'border' then 'on_the_border'
        when seat_ratio <= {{ anlan.parameter('seat_ratio_maximum') }} then cast(null as string)
        else 'seats_too_close'
    end as why_code,
    cast(1 - seat_ratio as decimal(6, 4)) as confidence
from measured
inner join towns as one on measured.nearest_town_id = one.town_id
inner join towns as two on measured.second_town_id = two.town_id
{%- endmacro %}
