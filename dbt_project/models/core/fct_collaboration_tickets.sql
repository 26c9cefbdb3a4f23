-- One row per ticket by which a unit asked a department to act; without a department where nobody is known to be in charge.
select
    district_code,
    ticket_no,
    to_dept_code as department,
    kind_word,
    created_at,
    acked_at,
    due_at,
    done_at,
    landing_ref
from {{ ref('stg_emergency__collaboration_tickets') }}
