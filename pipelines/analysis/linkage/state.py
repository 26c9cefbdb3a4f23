"""What a run leaves for the next one: what was learnt, normal forms of all records, pairs worth keeping, clusters.

It lies in a DuckDB database of its own, in memory or in a file. A run that has it looks at new, changed and vanished
records only, and comes to what a run over everything comes to that holds to what was learnt. A file is replaced by one
rename (a full run) or changed in one transaction (an increment).

====================  =====================================================================================
table                 one row per
====================  =====================================================================================
rec                   record: ``rid``, id, ``o`` and ``h`` of :mod:`records`, normal forms and their features
feat                  record: what blocking rules ask (:mod:`blocks`)
scored                compared pair worth keeping, ``l`` before ``r``: rules that brought it, levels, weights
keyed                 pair that a key joins
said                  pair that people spoke of
label                 record: ``comp`` its component, ``head`` the first record of its cluster; where it was stopped, how many
refused               pair that people called the same and a constraint keeps apart
many_<column>         value that three records and more had when the model was learnt
meta                  mark: what was learnt, of which spec and code
====================  =====================================================================================
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.analysis.linkage import (
    blocks,
    clusters,
    compare,
    levels,
    model,
    normalise,
    records,
    results,
    sample,
    score,
    sure,
    trained,
)
from pipelines.analysis.linkage.records import names
from pipelines.analysis.linkage.spec import Spec
from pipelines.errors import AnlanError

FILE = "linkage.duckdb"
MEMORY = "4GB"  # beyond it, the database works on disk


@dataclass
class State:
    """An open database: the connection that works, with the kept tables attached as ``kept``."""

    con: duckdb.DuckDBPyConnection
    path: Path | None = None
    begun: bool = False

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
    return State(con, path, begun=path is not None)


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
    for part in (blocks, clusters, compare, levels, model, normalise, records, results, sample, score, sure, trained):
        digest.update(Path(str(part.__file__)).read_bytes())
    return digest.hexdigest()


def write(state: State, spec: Spec, learnt: trained.Trained, rows: int, moved: int) -> None:
    """Note what was learnt, of how many records, and how many came or went since. Part of the caller's transaction."""
    noted = {"fingerprint": fingerprint(spec), "rows": str(rows), "moved": str(moved), **learnt.dump()}
    state.con.execute("create table if not exists kept.meta (name varchar, value varchar); delete from kept.meta")
    state.con.executemany("insert into kept.meta values (?, ?)", list(noted.items()))


def values(state: State, spec: Spec) -> dict[str, pa.Table]:
    """Return the values that are kept beside the model."""
    short = [names(spec)[c] for c in spec.columns]
    return {c: state.con.sql(f"select * from kept.many_{c}").to_arrow_table() for c in short}


def keep(state: State) -> None:
    """Let go of a state in a file; one that was begun is put in its place, by one rename."""
    if state.path is None:
        return
    state.con.execute("checkpoint kept")
    state.con.execute("detach kept")
    state.close()
    if state.begun:
        state.path.with_name(f".{state.path.name}.new").rename(state.path)


def marks(state: State) -> dict[str, str]:
    """Return what :func:`write` noted."""
    return dict(state.con.execute("select name, value from kept.meta").fetchall())
