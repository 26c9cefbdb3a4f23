-- One row per rated town or department x period: among whom it is ranked, what is added to its base, and what caps its grade.
with towns as (select * from {{ ref('int_town_quarters') }}),

departments as (select * from {{ ref('int_department_quarters') }})

select 'town' as system, district_code, town_id as unit_id, period, 'all' as rank_group, adjustment, cap_order
from towns
where score_status = 'rated'
union all
select 'department' as system, district_code, department as unit_id, period, group_code as rank_group, adjustment, cap_order
from departments
where score_status = 'rated'
