-- One row per rule code: the newest accepted version of rules for civil teams.
with rows_in as ({{ newest_accepted('civil__team_policies', ['rule_code']) }})

select
    district_code,
    rule_code,
    stage_word,
    rule_text,
    threshold,
    unit_word,
    from_date,
    to_date,
    landing_ref
from rows_in
