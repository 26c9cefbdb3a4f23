-- EN-08, another firm below 100 people: one officer, part-time will do.
-- One row per safety officer of the firm and one with the number that E103 works out.
{{ head_count_evidence('EN-08', "case when is_eligible then 1 else 0 end") }}
