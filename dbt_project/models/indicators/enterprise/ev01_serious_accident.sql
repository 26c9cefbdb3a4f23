-- EV01: one row per responsible accident of grade 较大 or above, in the months for which the veto lasts.
{{ veto_by_accident('EV01', "facts.grade_code in ('serious', 'major', 'extraordinary')") }}
