"""Moves data: from the departments' systems to landing, through dbt, to a frozen release. Holds no scoring rule."""
