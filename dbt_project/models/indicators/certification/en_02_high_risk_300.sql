-- EN-02, a high-risk firm of 300 people or more: a department, and full-time officers for 1 %.
-- One row per safety officer of the firm, one with the number that E103 works out, and one saying whether the department is there.
{{ head_count_evidence('EN-02', "case when is_eligible then 1 else 0 end", has_department=true) }}
