-- landed = accepted + rejected + duplicate for every table of every silo.
select * from {{ ref('silo_conservation') }} where not is_conserved
