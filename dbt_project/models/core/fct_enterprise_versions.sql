-- One row per version of a firm's line in a register: what it said, from when that was true (null where the silo does not say
-- or no earlier version is known), and when we knew it. A withdrawn line ends.
{%- set registers = [('firms', 'NBS'), ('emergency', 'LOCAL'), ('enforcement', 'LOCAL')] %}
with
{%- for silo, scheme in registers %}
{{ silo }} as (
    select
        lines.*,
        '{{ silo }}' as silo,
        {{ town_id_of('lines') }} as town_id
    from {{ ref('stg_' ~ silo ~ '__enterprise_versions') }} as lines
    {{ town_joins('lines', scheme, on_date=local_date('coalesce(lines.valid_at, lines.recorded_at)')) }}
),
{% endfor %}
every_line as (
    {%- for silo, scheme in registers %}
    select * from {{ silo }}{{ ' union all' if not loop.last }}
    {%- endfor %}
),

status_words as (select * from {{ ref('ref_enterprise_status_words') }}),

numbers as (select * from {{ ref('map_enterprise_numbers') }})

select
    every_line.district_code,
    numbers.enterprise_id,
    every_line.silo,
    every_line.silo_number,
    every_line.firm_name,
    every_line.firm_name_key,
    every_line.town_id,
    status_words.enterprise_status_code as enterprise_status,
    every_line.is_withdrawn,
    -- a line is withdrawn on the day we were told
    {{ local_date('case when every_line.is_withdrawn then coalesce(every_line.valid_at, every_line.recorded_at) else every_line.valid_at end') }} as valid_from_date,
    every_line.recorded_at,
    every_line.landing_ref
from every_line
left join status_words on every_line.status_word = status_words.enterprise_status_word
-- a line that was withdrawn for good has no enterprise any more, but its number may still be known
left join numbers
    on every_line.district_code = numbers.district_code
    and every_line.silo = numbers.silo
    and every_line.silo_number = numbers.silo_number
