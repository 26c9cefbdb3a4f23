-- One row per donation number: the newest accepted version of donations.
with rows_in as ({{ newest_accepted('fund__donations', ['donation_no']) }})

select
    district_code,
    donation_no,
    account_no,
    donated_date,
    donor_kind_word,
    donor_org_name,
    donor_person_name_mask,
    amount_yuan,
    {{ as_sent('amount_yuan') }} as amount_yuan_text,
    amount_yuan_read_how,
    is_restricted,
    purpose,
    receipt_no,
    landing_ref
from rows_in
