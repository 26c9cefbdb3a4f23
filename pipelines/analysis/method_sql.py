"""The method's own SQL, on tables of one's own: models of the project rendered without dbt and asked of any DuckDB connection.

Belongs here: turning a model's text into the SQL that dbt makes of it. Does not belong here: any rule; what the SQL decides
stands in ``dbt_project`` alone. Only models that read refs and variables can be rendered: the scoring path, no sources.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from pipelines.settings import ROOT

PROJECT = ROOT / "dbt_project"
# written in the words of dbt's engine, and nothing that a query needs
_NOT_QUERIES = {"materializations.sql", "schema.sql", "fixtures.sql"}


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def _path_of(model: str) -> Path:
    found = list((PROJECT / "models").rglob(f"{model}.sql"))
    if len(found) != 1:
        raise KeyError(model)
    return found[0]


@cache
def _macros() -> str:
    files = sorted(p for p in (PROJECT / "macros").glob("*.sql") if p.name not in _NOT_QUERIES)
    return "\n".join(_text(p) for p in files)


class _Adapter:
    def __init__(self, environment: jinja2.Environment) -> None:
        self._macros = environment.globals

    def dispatch(self, name: str, _: str = "") -> Any:
        return self._macros[f"duckdb__{name}"]


class _Names:
    """``anlan.<macro>`` and ``dbt.type_string()``, as models write them."""

    def __init__(self, environment: jinja2.Environment) -> None:
        self._macros = environment.globals

    def __getattr__(self, name: str) -> Any:
        return self._macros[name]


class _Dbt:
    @staticmethod
    def type_string() -> str:
        return "varchar"


class MethodSql:
    """The project's models under one set of variables.

    ``refs``: model or seed -> the name to read instead; what is not named keeps its own. ``instead``: macro -> the text to
    put in its place. ``edit`` changes a file's text before it is rendered: tests break a rule by it.
    """

    def __init__(
        self,
        variables: Mapping[str, Any],
        refs: Mapping[str, str] | None = None,
        instead: Mapping[str, str] | None = None,
        edit: Callable[[str], str] | None = None,
    ) -> None:
        names, self._edit = dict(refs or {}), edit or (lambda text: text)
        self._environment = jinja2.Environment(
            autoescape=False, undefined=jinja2.StrictUndefined, extensions=["jinja2.ext.do"]
        )
        self._environment.globals.update(
            ref=lambda name: names.get(name, name),
            var=lambda name, default=None: variables.get(name, default),
            config=lambda **_: "",
            adapter=_Adapter(self._environment),
            anlan=_Names(self._environment),
            dbt=_Dbt(),
        )
        made = self._environment.from_string(self._edit(_macros())).module
        self._environment.globals.update({n: getattr(made, n) for n in dir(made) if not n.startswith("_")})
        for name, text in (instead or {}).items():
            self._environment.globals[name] = lambda text=text: text

    def model(self, name: str) -> str:
        """Return the SQL of a model: one select."""
        return self.text(_text(_path_of(name)))

    def text(self, template: str) -> str:
        """Return a template's SQL, rendered as a model's would be."""
        return self._environment.from_string(self._edit(template)).render()
