"""What a run leaves for the next one: normal forms of all records, compared pairs worth keeping, the model.

It lies in a DuckDB database of its own, in memory or in a file. A run that has it looks at new, changed and vanished
records only, and comes to the same result as a run over everything. A file is replaced by one rename (a full run) or
changed in one transaction (an increment).
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.analysis.linkage import blocks, levels, model, normalise, score
from pipelines.analysis.linkage.model import Model
from pipelines.analysis.linkage.spec import Spec
from pipelines.errors import AnlanError

FILE = "linkage.duckdb"
MEMORY = "4GB"  # beyond it, the database works on disk


@dataclass
class State:
    """An open database: the connection that works, with the kept tables attached as ``kept`` (rec, pairs, meta)."""

    con: duckdb.DuckDBPyConnection
    path: Path | None = None

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        try:
            self.con.close()
        except duckdb.Error:
            return


def connect() -> duckdb.DuckDBPyConnection:
    """Return a connection that works in memory and asks the network for nothing."""
    con = duckdb.connect(
        config={
            "threads": min(4, os.cpu_count() or 1), "memory_limit": MEMORY, "autoinstall_known_extensions": "false",
            "temp_directory": str(Path(tempfile.gettempdir()) / f"anlan-linkage-{os.getpid()}"),
        }
    )  # fmt: skip
    con.execute("set TimeZone = 'UTC'; set preserve_insertion_order = false; set enable_progress_bar = false")
    return con


def begin(path: Path | None) -> State:
    """Return an empty state: in memory, or in a file beside ``path`` that :func:`keep` puts in its place."""
    con = connect()
    if path is None:
        con.execute("attach ':memory:' as kept")
    else:
        fresh = path.with_name(f".{path.name}.new")
        for old in (fresh, fresh.with_name(fresh.name + ".wal")):
            old.unlink(missing_ok=True)
        con.execute(f"attach {normalise.text(str(fresh))} as kept")
    return State(con, path)


def resume(path: Path) -> State | None:
    """Return the state in a file, or None where there is none that can be read."""
    if not path.is_file():
        return None
    con = connect()
    try:
        con.execute(f"attach {normalise.text(str(path))} as kept")
        con.execute("select * from kept.meta limit 1")
    except duckdb.IOException as e:
        con.close()
        if "lock" in str(e).lower():
            raise AnlanError(
                f"state {path.name}", "is in use", seen="another run holds it", do="wait for that run"
            ) from e
        return None
    except duckdb.Error:
        con.close()
        return None
    return State(con, path)


def fingerprint(spec: Spec) -> str:
    """Return a hash of everything but the records that a kept state hangs on: spec, code, version of DuckDB."""
    digest = hashlib.sha256(f"{duckdb.__version__}:{spec.version}".encode())
    for part in (blocks, levels, model, normalise, score):
        digest.update(Path(str(part.__file__)).read_bytes())
    return digest.hexdigest()


def kinds(resolved: Spec) -> str:
    """Return what was found out about the columns, as text."""
    return json.dumps([list(resolved.columns.items()), resolved.credit], ensure_ascii=False)


def write(state: State, spec: Spec, resolved: Spec, rules: list[blocks.Rule], trained: Model, rows: int) -> None:
    """Put pairs, model and marks into ``kept``; ``rec`` is there already. Part of the caller's transaction."""
    con = state.con
    con.execute("create or replace table kept.pairs as select l, r, rule, mask, pat from scored")
    con.execute("create or replace table kept.levelled as select * from levelled")
    con.execute("create or replace table kept.meta (name varchar, value varchar)")
    marks = {
        "fingerprint": fingerprint(spec),
        "kinds": kinds(resolved),
        "rules": repr(rules),
        "model": trained.dump(),
        "rows": str(rows),
    }
    con.executemany("insert into kept.meta values (?, ?)", list(marks.items()))


def keep(state: State) -> None:
    """Put a state that was begun in a file in its place, by one rename, and let go of it."""
    if state.path is None:
        return
    fresh = state.path.with_name(f".{state.path.name}.new")
    state.con.execute("detach kept")
    state.close()
    if fresh.is_file():
        fresh.rename(state.path)


def marks(state: State) -> dict[str, str]:
    """Return what :func:`write` noted."""
    return dict(state.con.execute("select name, value from kept.meta").fetchall())
