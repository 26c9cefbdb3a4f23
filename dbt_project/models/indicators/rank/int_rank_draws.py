"""One row per rated town or department x period x draw: its base under moved weights, goalposts and means (METHOD 8)."""

from pipelines.analysis import rank_step


def model(dbt, session):
    """Read cells, units and numbers of the method; what the draws mean is for the marts to say."""
    dbt.config(materialized="table")
    tables = (dbt.ref("int_rank_cells"), dbt.ref("int_rank_units"), dbt.ref("method_parameters"))
    return session.from_arrow(rank_step.draws(*(t.to_arrow_table() for t in tables)))
