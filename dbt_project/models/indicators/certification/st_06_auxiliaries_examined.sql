-- ST-06: one row per auxiliary of the station; counts with a passed exam.
{{ certificate_evidence('ST-06', 'aux_exam', listed='staff.is_counted and staff.is_auxiliary') }}
