"""The register of divisions as dbt makes it: dbt's own models and macros, run over the seeds in a database in memory.

Which division a code or a name means is decided in ``dbt_project`` (``macros/divisions.sql``, ``macros/towns.sql`` and the
models they read). The door, the command line and :mod:`pipelines.analysis.divisions` need the same answers without a
warehouse, so they render and run the same SQL here. Nothing is decided in this module.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from threading import RLock
from typing import Any

import duckdb
import jinja2
import pyarrow as pa
import yaml

from pipelines.settings import ROOT

PROJECT = ROOT / "dbt_project"
_MACROS = ("engines", "towns", "divisions", "places", "evidence")
_TYPES = {"string": "varchar", "integer": "integer", "boolean": "boolean", "date": "date"}


class _Missing(dict):
    """Macros by name; one that is not there is an error of ours that names itself."""

    def __missing__(self, name: str) -> Any:
        raise KeyError(f"macro {name} is in none of {', '.join(_MACROS)}")


class Rendered:
    """dbt's SQL rendered for DuckDB; what a text refers to is collected in ``asked``."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
        self._env = jinja2.Environment(autoescape=False)
        macros = _Missing()
        self._env.globals |= {
            "ref": self._ref,
            "var": lambda name, default=None: self._project["vars"].get(name, default),
            "config": lambda **_: "",
            "anlan": macros,
            "adapter": {"dispatch": lambda name, _package: macros[f"duckdb__{name}"]},
        }
        text = "\n".join((PROJECT / "macros" / f"{n}.sql").read_text(encoding="utf-8") for n in _MACROS)
        module = self._env.from_string(text).module
        for name in re.findall(r"{%-?\s*macro\s+([a-z0-9_]+)", text):
            macros[name] = getattr(module, name)
        self._env.globals |= macros

    def _ref(self, name: str) -> str:
        self.asked.append(name)
        return name

    def sql(self, text: str) -> tuple[str, list[str]]:
        """Return ``text`` rendered, and the models and seeds it reads."""
        self.asked = []
        return self._env.from_string(text).render(), list(dict.fromkeys(self.asked))


@cache
def _seed_types() -> dict[str, dict[str, str]]:
    found = {}
    for path in sorted((PROJECT / "seeds").glob("*.yml")):
        for seed in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("seeds") or []:
            found[seed["name"]] = (seed.get("config") or {}).get("column_types") or {}
    return found


class Register:
    """A database in memory with the division seeds and every model that was asked for.

    One question at a time: silos are pulled side by side, and a table that one of them is making is not there yet.
    """

    def __init__(self) -> None:
        self._dbt = Rendered()
        self._held: set[str] = set()
        self._turn = RLock()
        self.db = duckdb.connect(":memory:", config={"threads": 1, "autoinstall_known_extensions": "false"})
        self.db.execute("set TimeZone = 'UTC'")

    def need(self, name: str) -> None:
        """Make seed or model ``name``, and what it reads."""
        if name in self._held:
            return
        self._held.add(name)
        seed = PROJECT / "seeds" / f"{name}.csv"
        if seed.is_file():
            self._load(seed)
            return
        model = PROJECT / "models" / "core" / f"{name}.sql"
        self.db.execute(f"create table {name} as {self._render(model.read_text(encoding='utf-8'))}")

    def _load(self, path: Path) -> None:
        types = {c: _TYPES.get(t, t) for c, t in _seed_types()[path.stem].items()}
        listed = ", ".join(f"'{c}': '{t}'" for c, t in types.items())
        self.db.execute(f"create table {path.stem} as from read_csv('{path}', header = true, columns = {{{listed}}})")

    def _render(self, text: str) -> str:
        sql, asked = self._dbt.sql(text)
        for name in asked:
            self.need(name)
        return sql

    def query(self, text: str, **tables: pa.Table) -> pa.Table:
        """Return the rows of a query in dbt's words over the register; ``tables`` are registered by their names."""
        with self._turn:
            sql = self._render(text)
            cursor = self.db.cursor()
            for name, table in tables.items():
                cursor.register(name, table)
            return cursor.sql(sql).to_arrow_table()


@cache
def register() -> Register:
    """Return the register of this process, made at first use (some tens of milliseconds)."""
    return Register()
