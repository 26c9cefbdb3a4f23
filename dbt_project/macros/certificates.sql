{# Our key of a person: from the keyed identity hash, else from name and phone, which is provisional. #}
{% macro person_id_of(hash, fallback) -%}
'P' || substr(coalesce({{ hash }}, {{ fallback }}), 1, 16)
{%- endmacro %}

{# The date by which certificate row c must be reviewed, as seen on as_of: a review made later does not help. #}
{% macro certificate_review_due(c, as_of) -%}
case
    when {{ c }}.review_months is null then cast(null as date)
    when {{ c }}.reviewed_date <= {{ as_of }}
        then {{ anlan.add_months("greatest(" ~ c ~ ".reviewed_date, coalesce(" ~ c ~ ".issued_date, " ~ c ~ ".reviewed_date))", c ~ ".review_months") }}
    else {{ anlan.add_months(c ~ ".issued_date", c ~ ".review_months") }}
end
{%- endmacro %}

{#
  Status of certificate row c on the day as_of (DOMAIN 3c). Worst first. not_issued means: not there yet on that day.
  c carries issued_date, valid_until_date (printed, else issued + validity), reviewed_date, revoked_date, review_months,
  warn_days, is_expiry_needed, has_cert_no, is_mismatch. The day written on the certificate is still a valid day.
#}
{% macro certificate_status(c, as_of) -%}
case
    when {{ c }}.issued_date > {{ as_of }} then 'not_issued'
    when {{ c }}.revoked_date <= {{ as_of }} then 'revoked'
    when {{ c }}.is_mismatch then 'mismatch'
    when not {{ c }}.has_cert_no and {{ c }}.issued_date is null and {{ c }}.valid_until_date is null then 'none'
    when not {{ c }}.has_cert_no then 'unverifiable'
    when {{ c }}.valid_until_date is null and ({{ c }}.is_expiry_needed or {{ c }}.issued_date is null) then 'unverifiable'
    when {{ c }}.valid_until_date < {{ as_of }} then 'expired'
    when {{ c }}.review_months is not null and {{ anlan.certificate_review_due(c, as_of) }} is null then 'unverifiable'
    when {{ anlan.certificate_review_due(c, as_of) }} < {{ as_of }} then 'review_overdue'
    when least(
        coalesce({{ c }}.valid_until_date, cast('9999-12-31' as date)),
        coalesce({{ anlan.certificate_review_due(c, as_of) }}, cast('9999-12-31' as date))
    ) <= {{ anlan.add_days(as_of, c ~ ".warn_days") }} then 'expiring'
    else 'valid'
end
{%- endmacro %}

{# What is published of a judged certificate: its number, status and days; next_date is the day on which something must be done. #}
{% macro certificate_columns() -%}
    cert_no_mask,
    cert_status,
    cast(level_number as integer) as level_number,
    cert_status in ('valid', 'expiring') as is_valid,
    issued_date,
    valid_until_date as valid_to_date,
    review_due_date,
    least(coalesce(valid_until_date, review_due_date), coalesce(review_due_date, valid_until_date)) as next_date
{%- endmacro %}

{# Completed years of age on a day. #}
{% macro age_on(birth, d) -%}
cast(
    extract(year from {{ d }}) - extract(year from {{ birth }})
    - case
        when extract(month from {{ d }}) * 100 + extract(day from {{ d }})
            < extract(month from {{ birth }}) * 100 + extract(day from {{ birth }}) then 1 else 0
    end as integer
)
{%- endmacro %}
