-- One row per person in need on the first list that came (M4: civil affairs, then the four platforms, then health); numerator
-- 1 when a helper is named and the entry was checked within six months. A list keeps only its last check: one made after
-- the period does not say that there was none before. Nobody is named: the id is a digest.
with people as (select * from {{ ref('fct_people_helpers') }} where town_id is not null and not is_gone),

periods as (select * from {{ ref('dim_periods') }}),

lists as ({{ first_list_of_people() }}),

judged as (
    select
        people.district_code,
        people.town_id,
        periods.period,
        {{ digest("people.silo || '|' || people.person_no") }} as entry_id,
        people.verified_date,
        people.landing_ref,
        case
            when people.has_helper
                and people.verified_date > {{ add_months('periods.end_date', '-' ~ parameter('helper_check_months')) }} then 1
            else 0
        end as is_helped
    from people
    inner join periods on people.district_code = periods.district_code
    inner join lists
        on people.district_code = lists.district_code
        and people.silo = lists.silo
        and periods.period = lists.period
)

select
{{ evidence('C103', 'town_id', 'person_in_need', 'entry_id', 'is_helped', '1', 'verified_date') }}
from judged
