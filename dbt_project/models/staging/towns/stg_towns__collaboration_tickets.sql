-- One row per ticket: the newest accepted version.
with rows_in as ({{ newest_accepted('towns__collaboration_tickets', ['ticket_no']) }})

select
    district_code,
    ticket_no,
    town_code,
    town_name,
    from_org_name,
    to_org_name,
    relay_org_names,
    hop_count,
    subject_word,
    subject_text,
    raised_at,
    acknowledged_at,
    due_at,
    done_at,
    status_word,
    status_word_code,
    status_word_read_how,
    town_read_how,
    landing_ref
from rows_in
