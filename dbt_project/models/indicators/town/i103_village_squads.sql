-- One row per village of today; numerator 1 when it had a squad, or a volunteer brigade, of ten or more by period end, as the four platforms list it (not
-- as the town reports it).
{{ village_evidence('I103', 'fct_village_squads', 'is_village_squad and member_count >= ' ~ parameter('village_squad_people'), 'formed_date') }}
