-- EN-04, a high-risk firm of 50 to 99 people: a department, and two full-time officers.
-- One row per safety officer of the firm, one with the number that E103 works out, and one saying whether the department is there.
{{ head_count_evidence('EN-04', "case when is_eligible then 1 else 0 end", has_department=true) }}
