-- What is known now and true in the far future is what the register's newest line says.
select records.record_id
from {{ ref('fct_enterprise_records') }} as records
left join ({{ states_as_of("cast('9999-12-31' as date)") }}) as states
    on records.district_code = states.district_code
    and records.silo_number = states.silo || ':' || states.silo_number
where records.record_kind = 'register'
    and records.silo in ('firms', 'emergency', 'enforcement')
    and states.firm_name is distinct from records.firm_name
