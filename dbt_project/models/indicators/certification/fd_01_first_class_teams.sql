-- FD-01: one row per member of a town fire team of the first class, one for what the team must have and one for its site.
{{ crew_evidence('FD-01', 'first_class') }}
