-- One row per supervised item: the newest accepted version.
with rows_in as ({{ newest_accepted('congress__supervised_items', ['item_no']) }})

select
    district_code,
    item_no,
    assigned_by,
    unit_word,
    responsible_org_name,
    supporting_org_names,
    finding_code,
    item_text,
    assigned_date,
    signed_date,
    due_date,
    done_date,
    hop_count,
    is_repeat,
    status_word,
    status_word_code,
    status_word_read_how,
    landing_ref
from rows_in
