-- FD-02: one row per member of a town fire team of the second class, one for what the team must have and one for its site.
{{ crew_evidence('FD-02', 'second_class') }}
