"""One row per second opinion x period x rated town it prefers, or indicator it weighs: never the score."""

from pipelines.analysis import rank_step


def model(dbt, session):
    """Read cells, units and numbers of the method; ranks and agreement are for the marts to say."""
    dbt.config(materialized="table")
    tables = (dbt.ref("int_rank_cells"), dbt.ref("int_rank_units"), dbt.ref("method_parameters"))
    return session.from_arrow(rank_step.second_opinions(*(t.to_arrow_table() for t in tables)))
