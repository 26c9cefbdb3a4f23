"""Which records of the silos are the same firm, person, device or hazard: a step between two runs of dbt."""
