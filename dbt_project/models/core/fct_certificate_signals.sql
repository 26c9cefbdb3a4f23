-- One row per signal x landed row: certificates whose stated status or holder does not agree with what else is known (dirt list
-- no. 20). Missing dates and numbers of another holder are remarks of the door; the status of all is in fct_certificates.
with bureau as (select * from {{ ref('stg_emergency__certificates') }}),

records as (select * from {{ ref('fct_certificate_records') }}),

-- only the printed date is used: what follows from issue and validity is the house's own reckoning
called_valid as (
    select {{ signal('expired_called_valid', "'emergency'", "'certificates'", 'certificate_no', "concat('valid to ', cast(valid_to_date as string), ', stated as valid')", 'valid_to_date') }}
    from bureau
    where stated_status_word = '有效' and valid_to_date < {{ last_day() }}
),

other_holder as (
    select {{ signal('certificate_of_another', "'enforcement'", "'officer_certificates'", 'certificate_id', "'name and identity number are not one person of the stations'", 'issued_date') }}
    from records
    where holder_kind = 'station' and is_mismatch
)

select * from called_valid
union all
select * from other_holder
