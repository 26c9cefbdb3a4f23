-- EN-09, a firm of hazardous chemicals: full-time officers with a valid assessment for 2 % of its people.
-- One row per safety officer of the firm and one with the number that E103 works out.
{{ head_count_evidence('EN-09', "case when is_eligible and held_status in ('valid', 'expiring') then 1 else 0 end") }}
