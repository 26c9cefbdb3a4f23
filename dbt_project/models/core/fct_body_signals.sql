-- One row per signal x landed row: social bodies and teams whose code does not fit what they are (dirt list no. 25).
-- What one row shows (51, 52, 53 against the kind of body, a firm's code on an unregistered team) the door of the civil
-- affairs bureau remarks on.
with bureau as (select * from {{ ref('stg_emergency__teams') }}),

bodies as (select * from {{ ref('stg_civil__social_organisations') }}),

teams as (select * from {{ ref('stg_civil__rescue_teams') }}),

wrong_kind as (
    select {{ signal('body_code_of_other_kind', "'emergency'", "'teams'", 'team_no', "concat('code begins with ', substr(uscc, 1, 2))") }}
    from bureau
    where team_class_word = '民间救援队' and uscc is not null and substr(uscc, 1, 2) not in ('51', '52', '53')
),

-- nothing was given: a code that was given and cannot be read is another matter
elsewhere as (
    select district_code, body_name, min(uscc) as uscc
    from (
        select district_code, team_name as body_name, uscc from bureau where team_class_word = '民间救援队'
        union all
        select district_code, team_name, uscc from teams
    ) as named
    where substr(uscc, 1, 2) in ('51', '52', '53')
    group by district_code, body_name
),

nameless as (
    select district_code, 'social_organisations' as table_name, org_no as body_no, org_name as body_name, landing_ref
    from bodies
    where uscc is null and uscc_text is null
    union all
    select district_code, 'rescue_teams', team_no, team_name, landing_ref
    from teams
    where is_registered and uscc is null and uscc_text is null
),

name_only as (
    select {{ signal('body_known_by_name', "'civil'", 'nameless.table_name', 'nameless.body_no', "case when elsewhere.uscc is null then 'no list has a code under this name' else 'another list has a code under this name' end", rows='nameless') }}
    from nameless
    left join elsewhere
        on nameless.district_code = elsewhere.district_code and nameless.body_name = elsewhere.body_name
)

select * from wrong_kind
union all
select * from name_only
