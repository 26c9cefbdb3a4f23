-- A scheme, a code and a date name one division at most.
select first.scheme_code, first.division_code, first.division_id, second.division_id as other_id
from {{ ref('map_division_codes') }} as first
inner join {{ ref('map_division_codes') }} as second
    on first.scheme_code = second.scheme_code
    and first.division_code = second.division_code
    and first.division_id < second.division_id
    and first.valid_from_date <= second.valid_to_date
    and second.valid_from_date <= first.valid_to_date
