-- One row per signal x landed row: what the steps of one hazard or ticket show only when they are seen together (dirt list no. 19).
-- Nothing is refused here: the state machine of fct_hazard_events and the audit queue read the same rows.
with words as (select * from {{ ref('ref_words') }} where list_code = 'hazard_event'),

brigade as (select * from {{ ref('stg_enforcement__hazard_events') }}),

bureau as (select * from {{ ref('stg_emergency__hazard_events') }}),

brigade_lists as (select * from {{ ref('stg_enforcement__hazards') }}),

bureau_lists as (select * from {{ ref('stg_emergency__hazards') }}),

versions as (select * from {{ ref('stg_enforcement__hazard_versions') }}),

tickets as (select * from {{ ref('stg_towns__collaboration_tickets') }}),

steps as (
    select
        logged.*,
        words.meaning_code as step_code
    from (
        select district_code, 'enforcement' as silo, hazard_no, event_no, state_word, actor_code, photo_hash, occurred_at, landing_ref from brigade
        union all
        select district_code, 'emergency', hazard_no, event_no, state_word, person_no, cast(null as string), occurred_at, landing_ref from bureau
    ) as logged
    left join words on logged.state_word = words.word
),

listed as (
    select district_code, 'enforcement' as silo, hazard_no, found_at from brigade_lists
    union all
    select district_code, 'emergency', hazard_no, found_at from bureau_lists
),

-- the finding as the log has it, else as the list has it; a hazard may stand on one of them only
finds as (
    select
        district_code,
        silo,
        hazard_no,
        coalesce(min(logged_at), min(listed_at)) as found_at,
        min(actor_code) as finder_code,
        min(photo_hash) as found_photo
    from (
        select district_code, silo, hazard_no, occurred_at as logged_at, cast(null as timestamp) as listed_at, actor_code, photo_hash
        from steps
        where step_code = 'DISCOVERED'
        union all
        select district_code, silo, hazard_no, cast(null as timestamp), found_at, cast(null as string), cast(null as string)
        from listed
    ) as told
    group by district_code, silo, hazard_no
),

-- a review looks at the last mending before it; where the mending after a rework is not known, nothing is said
reviews as (
    select
        *,
        max_by(
            case when step_code = 'RECTIFIED' then coalesce(actor_code, '') else '' end,
            case when step_code in ('RECTIFIED', 'REWORK') then occurred_at else null end
        ) over (
            partition by district_code, silo, hazard_no
            order by occurred_at, event_no rows between unbounded preceding and 1 preceding
        ) as mender_code
    from steps
),

closed_early as (
    select {{ signal('close_before_discover', 'steps.silo', "'hazard_events'", 'steps.hazard_no', "concat('closed ', cast(" ~ seconds_between('steps.occurred_at', 'finds.found_at') ~ " as string), ' s before it was found')", local_date('steps.occurred_at'), 'steps') }}
    from steps
    inner join finds
        on steps.district_code = finds.district_code and steps.silo = finds.silo and steps.hazard_no = finds.hazard_no
    where steps.step_code = 'CLOSED' and steps.occurred_at < finds.found_at
),

closed_last_minute as (
    select {{ signal('batch_close_2359', 'silo', "'hazard_events'", 'hazard_no', "'closed in the last minute of the quarter'", local_date('occurred_at')) }}
    from steps
    where step_code = 'CLOSED' and {{ is_last_minute('occurred_at') }}
),

-- tickets are booked by month
done_last_minute as (
    select {{ signal('batch_close_2359', "'towns'", "'collaboration_tickets'", 'ticket_no', "'done in the last minute of the month'", local_date('done_at')) }}
    from tickets
    where {{ is_last_minute('done_at', quarter=false) }}
),

same_photo as (
    select {{ signal('same_photo', 'steps.silo', "'hazard_events'", 'steps.hazard_no', "'the photo of the mending is that of the finding'", local_date('steps.occurred_at'), 'steps') }}
    from steps
    inner join finds
        on steps.district_code = finds.district_code and steps.silo = finds.silo and steps.hazard_no = finds.hazard_no
    where steps.step_code = 'RECTIFIED' and steps.photo_hash = finds.found_photo
),

own_review as (
    select {{ signal('reviewer_is_rectifier', 'silo', "'hazard_events'", 'hazard_no', "'reviewed by the one who saw to the mending'", local_date('occurred_at')) }}
    from reviews
    where step_code = 'REVIEWED' and actor_code = mender_code
),

own_close as (
    select {{ signal('closer_is_finder', 'steps.silo', "'hazard_events'", 'steps.hazard_no', "'closed by the one who found it'", local_date('steps.occurred_at'), 'steps') }}
    from steps
    inner join finds
        on steps.district_code = finds.district_code and steps.silo = finds.silo and steps.hazard_no = finds.hazard_no
    where steps.silo = 'enforcement' and steps.step_code = 'CLOSED' and steps.actor_code = finds.finder_code
),

-- a list was written no earlier than the newest finding it holds: a deadline before that day had passed when it was written
batches as (
    select district_code, batch, max({{ local_date('found_at') }}) as written_date
    from versions
    group by district_code, batch
),

moved as (
    select
        versions.district_code,
        versions.hazard_no,
        versions.deadline_date,
        versions.landing_ref,
        lag(versions.deadline_date) over (partition by versions.district_code, versions.hazard_no order by versions.revision) as former_date,
        lag(batches.written_date) over (partition by versions.district_code, versions.hazard_no order by versions.revision) as former_written_date
    from versions
    inner join batches on versions.district_code = batches.district_code and versions.batch = batches.batch
),

deadline_moved as (
    select {{ signal('deadline_moved_late', "'enforcement'", "'hazards'", 'hazard_no', "concat('deadline ', cast(former_date as string), ' became ', cast(deadline_date as string))", 'deadline_date') }}
    from moved
    where deadline_date > former_date and former_date < former_written_date
)

select * from closed_early
union all
select * from closed_last_minute
union all
select * from done_last_minute
union all
select * from same_photo
union all
select * from own_review
union all
select * from own_close
union all
select * from deadline_moved
