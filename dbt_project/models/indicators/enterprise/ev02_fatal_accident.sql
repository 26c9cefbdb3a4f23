-- EV02: one row per responsible accident of the lowest grade with a death, in the months for which the veto lasts.
{{ veto_by_accident('EV02', "facts.grade_code = 'general' and facts.death_count > 0") }}
