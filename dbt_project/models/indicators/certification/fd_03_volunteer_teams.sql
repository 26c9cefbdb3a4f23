-- FD-03: one row per member of a town's volunteer fire team, one for what the team must have and one for its site.
{{ crew_evidence('FD-03', 'volunteer') }}
