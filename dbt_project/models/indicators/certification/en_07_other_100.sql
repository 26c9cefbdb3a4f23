-- EN-07, another firm of 100 to 299 people: one full-time officer.
-- One row per safety officer of the firm and one with the number that E103 works out.
{{ head_count_evidence('EN-07', "case when is_eligible then 1 else 0 end") }}
