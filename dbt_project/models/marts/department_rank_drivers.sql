-- One row per rated department x period x factor: how much of the movement of its rank among its like hangs on the factor (METHOD 8).
{{ rank_drivers('department', 'department') }}
