-- EN-06, another firm of 300 people or more: a department, and two full-time officers.
-- One row per safety officer of the firm, one with the number that E103 works out, and one saying whether the department is there.
{{ head_count_evidence('EN-06', "case when is_eligible then 1 else 0 end", has_department=true) }}
