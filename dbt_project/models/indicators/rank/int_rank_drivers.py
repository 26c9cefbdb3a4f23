"""One row per rated town or department x period x factor: the Sobol indices of its rank (METHOD 8)."""

from pipelines.analysis import rank_step


def model(dbt, session):
    """Read cells, units and numbers of the method; which factor decides is for the marts to say."""
    dbt.config(materialized="table")
    tables = (dbt.ref("int_rank_cells"), dbt.ref("int_rank_units"), dbt.ref("method_parameters"))
    return session.from_arrow(rank_step.drivers(*(t.to_arrow_table() for t in tables)))
