-- EN-03, a high-risk firm of 100 to 299 people: a department, and three full-time officers.
-- One row per safety officer of the firm, one with the number that E103 works out, and one saying whether the department is there.
{{ head_count_evidence('EN-03', "case when is_eligible then 1 else 0 end", has_department=true) }}
