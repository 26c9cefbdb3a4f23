-- EV09: one row per entry on a list of serious dishonesty that stands on the last day of the period.
{{ veto_while_listed('EV09') }}
