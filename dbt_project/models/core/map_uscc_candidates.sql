-- One row per landed row x credit code that cannot be right as sent, with whether a register of names confirms another.
-- A code is confirmed where a register knows the very name under exactly one code, and that code differs from what was sent
-- in one place only (dirt list no. 12). A candidate the reading proposed is used under the same condition, never without it.
with unread as (select * from {{ ref('stg_landing__unread_codes') }}),

registered as (
    select uscc, {{ firm_key('firm_name') }} as name_key, 'enforcement' as silo, 1 as register_order, landing_ref
    from {{ ref('stg_enforcement__enterprises') }}
    union all
    select uscc, firm_name_key, 'emergency', 2, landing_ref from {{ ref('stg_emergency__enterprises') }}
    union all
    select uscc, enterprise_name_key, 'firms', 3, landing_ref from {{ ref('stg_firms__enterprises') }}
    where landlord_uscc is null or uscc <> landlord_uscc
    union all
    select uscc, {{ firm_key('org_name') }}, 'civil', 4, landing_ref from {{ ref('stg_civil__social_organisations') }}
    union all
    -- a former name belongs to the code its firm has now
    select firms.uscc, changes.old_name_key, 'firms', 5, changes.landing_ref
    from {{ ref('stg_firms__name_changes') }} as changes
    inner join {{ ref('stg_firms__enterprises') }} as firms
        on changes.district_code = firms.district_code and changes.enterprise_no = firms.enterprise_no
),

register as (select * from registered where uscc is not null and name_key is not null),

fitting as (
    select unread.landing_ref, unread.column_name, register.uscc, register.silo, register.register_order, register.landing_ref as register_ref
    from unread
    inner join register
        on unread.name_key = register.name_key
        and {{ is_one_place_apart('unread.sent_code', 'register.uscc') }}
),

chosen as (
    select
        *,
        count(distinct_code) over (partition by landing_ref, column_name) as code_count
    from (
        select
            *,
            case when row_number() over (partition by landing_ref, column_name, uscc order by register_order, register_ref) = 1 then uscc else null end as distinct_code,
            row_number() over (partition by landing_ref, column_name order by register_order, register_ref) as place
        from fitting
    ) as numbered
)

select
    unread.district_code,
    unread.silo,
    unread.table_name,
    unread.column_name,
    unread.sent_code,
    unread.candidate_code,
    case
        when chosen.code_count = 1 and unread.candidate_code <> chosen.uscc then 'contradicted'
        when chosen.code_count = 1 then 'confirmed'
        when chosen.code_count > 1 then 'several'
        when unread.name_key is null then 'no_name'
        else 'not_confirmed'
    end as candidate_status,
    case
        when chosen.code_count = 1 and coalesce(unread.candidate_code = chosen.uscc, true) then chosen.uscc
        else cast(null as string)
    end as confirmed_uscc,
    case when chosen.code_count = 1 then chosen.silo else cast(null as string) end as register_silo,
    case when chosen.code_count = 1 then chosen.register_ref else cast(null as string) end as register_ref,
    unread.is_refused,
    unread.landing_ref
from unread
left join chosen
    on unread.landing_ref = chosen.landing_ref and unread.column_name = chosen.column_name and chosen.place = 1
