-- One row per landed row x point of a place: whether it lies in the district (by the outline), which two seats are nearest, and the
-- town it belongs to. The town that the row names stands; where it names none, the point decides only when it lies well
-- inside, the nearest seat is much nearer than the second, and the nearest known grids all lie in that town. Else: review.
-- Points of things that move (vehicles, typhoons) and ends of roads are no places and are not here.
with located as (
    select * from {{ ref('fct_located_rows') }}
    where table_name not in ('hazmat_tracks', 'typhoon_tracks', 'road_segments')
),

mentions as (
    select landing_ref, town_id
    from {{ ref('fct_division_mentions') }}
    where mention_code = 'columns'
),

named as (
    select located.*, mentions.town_id as named_town_id
    from located
    left join mentions on located.landing_ref = mentions.landing_ref
),

spots as (select distinct lon, lat from named where lon is not null and lat is not null),

{{ spots_measured() }},

-- grids whose point and town are known bear witness for points that name no town
grids as (
    select lon, lat, named_town_id as town_id
    from named
    where silo = 'governance' and table_name = 'grids' and lon is not null and named_town_id is not null
),

unnamed as (select distinct lon, lat from named where named_town_id is null and lon is not null and lat is not null),

witnesses as (
    select
        unnamed.lon,
        unnamed.lat,
        grids.town_id,
        row_number() over (
            partition by unnamed.lon, unnamed.lat
            order by {{ metres_between('unnamed.lon', 'unnamed.lat', 'grids.lon', 'grids.lat') }}, grids.town_id, grids.lon, grids.lat
        ) as witness_rank
    from unnamed
    cross join grids
),

witnessed as (
    select
        lon,
        lat,
        cast(count(*) as integer) as witness_count,
        case
            when min(town_id) = max(town_id) then min(town_id)
            else cast(null as string)
        end as witness_town_id
    from witnesses
    where witness_rank <= {{ parameter('seat_witness_count') }}
    group by lon, lat
),

measured as (
    select
        named.*,
        case
            when named.lon is null and named.sent_lon is null and named.sent_lat is null then 'not_given'
            when named.lon is null or named.lat is null then 'unreadable'
            when not named.is_in_district then 'not_asked'
            else {{ outline_says() }}
        end as outline_code,
        {{ spot_distances() }},
        witnessed.witness_town_id,
        coalesce(witnessed.witness_count, 0) as witness_count
    from named
    left join outlined on named.lon = outlined.lon and named.lat = outlined.lat
    left join nearest on named.lon = nearest.lon and named.lat = nearest.lat
    left join witnessed on named.named_town_id is null and named.lon = witnessed.lon and named.lat = witnessed.lat
),

judged as (
    select
        measured.*,
        case
            when outline_code in ('not_given', 'unreadable', 'outside', 'not_asked') then outline_code
            when named_town_id is not null then 'named'
            when outline_code = 'inside'
                and seat_ratio <= {{ parameter('seat_ratio_maximum') }}
                and witness_count >= {{ parameter('seat_witness_count') }}
                and witness_town_id = nearest_town_id then 'resolved'
            else 'review'
        end as verdict
    from measured
)

select
    district_code,
    landing_ref || '@' || point_name as mention_id,
    silo,
    table_name,
    point_name,
    verdict,
    case
        when verdict = 'resolved' then nearest_town_id
        else named_town_id
    end as town_id,
    named_town_id,
    outline_code,
    nearest_town_id,
    second_town_id,
    witness_town_id,
    case
        when verdict = 'unreadable' then 'point_unreadable'
        when verdict = 'outside' then 'not_in_district'
        when verdict = 'review' and outline_code = 'border' then 'on_the_border'
        when verdict = 'review' then 'seats_too_close'
        else cast(null as string)
    end as why_code,
    read_how,
    declared_crs,
    sent_lon,
    sent_lat,
    lon,
    lat,
    edge_m,
    nearest_seat_m,
    second_seat_m,
    seat_ratio,
    -- what the seats alone say: 1 at a seat, 0 half-way between two
    cast(1 - seat_ratio as decimal(6, 4)) as confidence,
    witness_count,
    on_date,
    landing_ref
from judged
