-- One row per rated town x period x factor: how much of the movement of its rank hangs on the factor (Sobol indices, METHOD 8).
{{ rank_drivers('town', 'town_id') }}
