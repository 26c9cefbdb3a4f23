-- ST-13: one row per person counted at the station; counts with a valid first-aid certificate.
{{ certificate_evidence('ST-13', 'first_aid', listed='staff.is_counted') }}
