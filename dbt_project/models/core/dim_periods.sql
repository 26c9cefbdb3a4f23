-- One row per assessed period, oldest first. The only maker of periods inside the warehouse is the runner's argument.
{% for period in var('periods') %}
select
    cast('{{ var("district_code") }}' as string) as district_code,
    cast('{{ period.code }}' as string) as period,
    cast({{ loop.index }} as integer) as period_number,
    {% if loop.first %}cast(null as string){% else %}cast('{{ loop.previtem.code }}' as string){% endif %} as previous_period,
    cast('{{ period.start }}' as date) as start_date,
    cast('{{ period.end }}' as date) as end_date,
    {{ local_midnight("cast('" ~ period.start ~ "' as date)") }} as start_at,
    {{ local_midnight(add_days("cast('" ~ period.end ~ "' as date)", 1)) }} as end_before_at,
    cast('{{ var("method_version") }}' as string) as method_version,
    {{ 'true' if loop.last else 'false' }} as is_latest
{% if not loop.last %}union all{% endif %}
{% endfor %}
