-- A division is called and coded in one way on one day.
select first.division_id, first.valid_from_date, second.valid_from_date as other_from_date
from {{ ref('dim_divisions') }} as first
inner join {{ ref('dim_divisions') }} as second
    on first.division_id = second.division_id
    and first.valid_from_date < second.valid_from_date
    and first.valid_to_date >= second.valid_from_date
