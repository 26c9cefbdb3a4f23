-- One row per team of the brigade's list that GB/T 35547 knows: town teams of the first and second class, volunteer teams of a town.
with teams as ({{ rows_of_towns('stg_fire__teams', 'NBS') }})

select
    district_code,
    team_no,
    team_name,
    town_id,
    case team_kind_word
        when '一级乡镇专职队' then 'first_class'
        when '二级乡镇专职队' then 'second_class'
        else 'volunteer'
    end as team_kind,
    cast(site_area_m2 as decimal(12, 2)) as site_area_m2,
    founded_date,
    landing_ref
from teams
where team_kind_word in ('一级乡镇专职队', '二级乡镇专职队', '乡镇志愿队')
