-- One row per village of today; numerator 1 when it had a plan by period end that names people, duties and flow.
{{ village_evidence('G102', 'fct_village_plans', 'is_complete', 'approved_date') }}
