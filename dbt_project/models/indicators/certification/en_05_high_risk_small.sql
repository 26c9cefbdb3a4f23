-- EN-05, a high-risk firm below 50 people: one full-time officer.
-- One row per safety officer of the firm and one with the number that E103 works out.
{{ head_count_evidence('EN-05', "case when is_eligible then 1 else 0 end") }}
