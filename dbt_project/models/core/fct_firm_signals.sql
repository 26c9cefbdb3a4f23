-- One row per signal x landed row: firms under another's code or name, and firms of a kind that is easily taken for another
-- (dirt list no. 12, 13). Marks only: which records are one firm is decided by the linkage of firms.
with firms as (select * from {{ ref('stg_firms__enterprises') }}),

leases as (select * from {{ ref('stg_firms__lease_agreements') }}),

changes as (select * from {{ ref('stg_firms__name_changes') }}),

brigade as (select * from {{ ref('stg_enforcement__enterprises') }}),

bureau as (select * from {{ ref('stg_emergency__enterprises') }}),

status_words as (select * from {{ ref('ref_enterprise_status_words') }}),

meters as (
    select district_code, 'electricity_meters' as table_name, meter_no, customer_name_key, uscc, landing_ref
    from {{ ref('stg_utilities__electricity_meters') }}
    union all
    select district_code, 'water_meters', meter_no, customer_name_key, uscc, landing_ref
    from {{ ref('stg_utilities__water_meters') }}
),

-- the two registers of firms that departments keep: code and name as they are now
register as (
    select distinct district_code, uscc, name_key
    from (
        select district_code, uscc, {{ firm_key('firm_name') }} as name_key from brigade
        union all
        select district_code, uscc, firm_name_key from bureau
    ) as both_lists
    where uscc is not null and name_key is not null
),

codes as (select district_code, uscc, min(name_key) as name_key from register group by district_code, uscc),

names as (select district_code, name_key, min(uscc) as uscc from register group by district_code, name_key),

-- a tenant is its own subject: the landlord's code is not its code
landlords as (
    select leases.district_code, leases.tenant_name_key, firms.uscc as landlord_uscc
    from leases
    inner join firms
        on leases.district_code = firms.district_code and leases.landlord_enterprise_no = firms.enterprise_no
    where firms.uscc is not null
),

tenants as (
    select distinct {{ signal('tenant_under_landlord', "'firms'", "'enterprises'", 'firms.enterprise_no', "'the code is that of the landlord'", rows='firms') }}
    from firms
    left join landlords
        on firms.district_code = landlords.district_code
        and firms.enterprise_name_key = landlords.tenant_name_key
        and firms.uscc = landlords.landlord_uscc
    where firms.uscc = firms.landlord_uscc or landlords.tenant_name_key is not null
),

cancelled as (
    select {{ signal('cancelled_still_listed', "'firms'", "'enterprises'", 'firms.enterprise_no', "case when own.enterprise_status_code = 'cancelled' then 'listed as cancelled' else 'cancelled in the register of the brigade' end", rows='firms') }}
    from firms
    left join status_words as own on firms.status_word = own.enterprise_status_word
    left join (
        select distinct brigade.district_code, brigade.uscc, {{ firm_key('brigade.firm_name') }} as name_key
        from brigade
        inner join status_words on brigade.enterprise_status_word = status_words.enterprise_status_word
        where status_words.enterprise_status_code = 'cancelled'
    ) as gone
        on firms.district_code = gone.district_code and firms.uscc = gone.uscc and firms.enterprise_name_key = gone.name_key
    where own.enterprise_status_code = 'cancelled' or gone.uscc is not null
),

branches as (
    select {{ signal('branch_of_head_office', "'firms'", "'enterprises'", 'enterprise_no', "case when parent_uscc is null then 'head office not given' else 'head office given' end") }}
    from firms
    where legal_form_word = '分公司' or enterprise_name_key like '%分公司'
),

sole_traders as (
    select {{ signal('sole_trader', "'firms'", "'enterprises'", 'enterprise_no', "case when substr(uscc, 1, 2) = '92' then 'code begins with 92' else 'by legal form' end") }}
    from firms
    -- a firm of another form with such a code has somebody else's code
    where legal_form_word = '个体工商户' or (legal_form_word is null and substr(uscc, 1, 2) = '92')
),

-- names that firms had: as told with the change, and as they were before the county became the district
former as (
    select changes.district_code, changes.old_name_key as name_key
    from changes
    union
    select old_form.district_code, old_form.name_key
    from (
        select district_code, customer_name_key as name_key, {{ name_after_the_county('customer_name_key', 1) }} as now_key from meters
        union
        select district_code, customer_name_key, {{ name_after_the_county('customer_name_key', 2) }} from meters
    ) as old_form
    inner join names on old_form.district_code = names.district_code and old_form.now_key = names.name_key
),

customers as (
    select {{ signal('customer_former_name', "'utilities'", 'meters.table_name', 'meters.meter_no', "case when codes.uscc is not null then 'the code has another name now' else 'no firm has this name now' end", rows='meters') }}
    from meters
    left join codes on meters.district_code = codes.district_code and meters.uscc = codes.uscc
    left join names on meters.district_code = names.district_code and meters.customer_name_key = names.name_key
    left join former on meters.district_code = former.district_code and meters.customer_name_key = former.name_key
    where (names.name_key is null and (codes.uscc is not null or former.name_key is not null))
        -- another firm may have that very name now: the code decides where its name is the old one after the county
        or codes.name_key = {{ name_after_the_county('meters.customer_name_key', 1) }}
        or codes.name_key = {{ name_after_the_county('meters.customer_name_key', 2) }}
),

-- a good code that belongs to somebody else: the register knows code and name, and not as one firm
named as (
    select district_code, 'firms' as silo, 'enterprises' as table_name, enterprise_no as entity_id, uscc, enterprise_name_key as name_key, landing_ref from firms
    union all
    select district_code, 'enforcement', 'blacklist', list_no, uscc, {{ firm_key('firm_name') }}, landing_ref from {{ ref('stg_enforcement__blacklist') }}
    union all
    select district_code, 'police', 'transfer_receipts', receipt_no, uscc, {{ firm_key('firm_name') }}, landing_ref from {{ ref('stg_police__transfer_receipts') }}
    union all
    select district_code, 'police', 'venue_cameras', camera_code, uscc, {{ firm_key('venue_name') }}, landing_ref from {{ ref('stg_police__venue_cameras') }}
    union all
    select district_code, 'traffic', 'hazmat_vehicles', vehicle_no, uscc, {{ firm_key('firm_name') }}, landing_ref from {{ ref('stg_traffic__hazmat_vehicles') }}
),

other_firms as (
    select {{ signal('code_of_another_firm', 'named.silo', 'named.table_name', 'named.entity_id', "'the register has the code under another name and the name under another code'", rows='named') }}
    from named
    inner join codes on named.district_code = codes.district_code and named.uscc = codes.uscc
    inner join names on named.district_code = names.district_code and named.name_key = names.name_key
    left join register
        on named.district_code = register.district_code and named.uscc = register.uscc and named.name_key = register.name_key
    where register.uscc is null
)

select * from tenants
union all
select * from cancelled
union all
select * from branches
union all
select * from sole_traders
union all
select * from customers
union all
select * from other_firms
