-- ST-16: one row per drone of the station's squad, of which the first asks for a licensed operator, and one per member with a licence.
{{ licence_evidence('ST-16', 'drone', 'case when thing_number = 1 then required_min else 0 end') }}
