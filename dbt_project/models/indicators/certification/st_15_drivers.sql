-- ST-15: one row per car of the station's squad, for which two drivers are needed, and one per member with a driving licence.
-- Boats and drones need other papers.
{{ licence_evidence('ST-15', 'car', 'required_min') }}
