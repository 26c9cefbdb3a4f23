-- EV03: one row per entry on a list of dishonesty, for a concealed accident, that stands on the last day of the period.
{{ veto_while_listed('EV03', "listings.reason_code = 'concealed'") }}
