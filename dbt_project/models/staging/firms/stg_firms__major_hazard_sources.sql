-- One row per source number: the newest accepted version of major hazard sources.
with rows_in as ({{ newest_accepted('firms__major_hazard_sources', ['source_no']) }})

select
    district_code,
    source_no,
    enterprise_no,
    source_name,
    chemical_name,
    quantity_t,
    {{ as_sent('quantity_t') }} as quantity_t_text,
    quantity_t_unit_word,
    quantity_t_read_how,
    critical_quantity_t,
    {{ as_sent('critical_quantity_t') }} as critical_quantity_t_text,
    critical_quantity_t_unit_word,
    critical_quantity_t_read_how,
    alpha,
    beta,
    r_value,
    level_word,
    exposed_count,
    registered_date,
    filed_no,
    is_monitored,
    landing_ref
from rows_in
