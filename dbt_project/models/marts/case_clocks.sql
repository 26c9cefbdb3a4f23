-- One row per case x step of the chain from filing to the police 行刑衔接: decided within the days of the law, approved, sent with all five
-- papers, answered by the police. A day stands for its end. The days from filing to approval are shown and not judged: the law counts
-- from the written report, and no silo tells its day.
with cases as (select * from {{ ref('fct_cases') }}),

-- a case that went twice: what went last
transfers as (
    select *
    from {{ ref('fct_case_transfers') }}
    qualify row_number() over (partition by district_code, case_no order by approved_date desc, transfer_no desc) = 1
),

receipts as (
    select *
    from {{ ref('fct_police_receipts') }}
    qualify row_number() over (partition by district_code, case_no order by received_at desc, receipt_no desc) = 1
),

seen as (select district_code, max(end_before_at) as seen_until_at from {{ ref('dim_periods') }} group by district_code),

limits as (
    select uses.stage_code, max(rules.rule_number) as rule_number, max(rules.sla_hours) as sla_hours
    from {{ ref('method_hazard_sla') }} as rules
    inner join {{ ref('method_hazard_rule_uses') }} as uses
        on rules.method_version = uses.method_version and rules.rule_number = uses.rule_number
    where rules.row_type = 'transition' and uses.stage_code is not null and rules.method_version = '{{ var("method_version") }}'
    group by uses.stage_code
),

chained as (
    select
        cases.district_code, cases.case_no, cases.town_id, cases.filed_date, cases.decided_date,
        transfers.transfer_no, transfers.approved_date, transfers.send_due_date, transfers.sent_date, transfers.is_sent,
        transfers.has_all_papers, receipts.document_count, receipts.received_at, receipts.reviewed_at, receipts.result_code,
        case
            when receipts.result_code in ('FILED', 'NOT_FILED') then receipts.result_code
            when transfers.is_sent or receipts.receipt_no is not null then 'SENT_TO_POLICE'
            when transfers.transfer_no is not null then 'TRANSFER_APPROVED'
            else 'CASE_OPENED'
        end as chain_state,
        coalesce(transfers.landing_ref, cases.landing_ref) as landing_ref
    from cases
    left join transfers on cases.district_code = transfers.district_code and cases.case_no = transfers.case_no
    left join receipts on cases.district_code = receipts.district_code and cases.case_no = receipts.case_no
),

steps as (
    select
        chained.*, 'decide' as stage_code, {{ local_midnight('filed_date') }} as started_at,
        {{ local_midnight(add_days('filed_date', 1)) }} as from_at, {{ local_midnight('decided_date') }} as done_at
    from chained
    where filed_date is not null

    union all

    select chained.*, 'approve', {{ local_midnight('filed_date') }}, cast(null as timestamp), {{ local_midnight('approved_date') }}
    from chained
    where approved_date is not null

    union all

    select
        chained.*, 'send', {{ local_midnight('approved_date') }}, {{ local_midnight(add_days('approved_date', 1)) }},
        {{ local_midnight('sent_date') }}
    from chained
    where approved_date is not null

    union all

    select chained.*, 'police', received_at, received_at, reviewed_at
    from chained
    where received_at is not null
),

due as (
    select
        steps.*,
        limits.rule_number,
        steps.from_at + interval '1' hour * cast(limits.sla_hours as integer) as due_at,
        seen.seen_until_at
    from steps
    inner join limits on steps.stage_code = limits.stage_code
    inner join seen on steps.district_code = seen.district_code
)

select
    due.district_code,
    due.case_no,
    due.stage_code,
    due.town_id,
    due.transfer_no,
    due.chain_state,
    due.result_code,
    case
        when due.due_at is null then 'start_not_told'
        when due.done_at < due.due_at then 'met'
        when due.done_at is not null then 'late'
        when due.due_at < due.seen_until_at then 'overdue'
        else 'running'
    end as clock_status,
    stages.name_zh as stage_name_zh,
    stages.name_en as stage_name_en,
    due.landing_ref,
    due.rule_number,
    due.document_count,
    due.has_all_papers,
    due.started_at,
    due.due_at,
    due.done_at
from due
left join {{ ref('ref_hazard_codes') }} as stages on stages.topic = 'stage' and due.stage_code = stages.code
