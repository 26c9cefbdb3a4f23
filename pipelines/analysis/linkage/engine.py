"""Link records: normal forms, keys, candidate pairs, a trained model, scores, clusters. One call, nothing else to know."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from pipelines.analysis.linkage import blocks, model, records, results, sample, score
from pipelines.analysis.linkage import state as kept
from pipelines.analysis.linkage.compare import compare
from pipelines.analysis.linkage.model import Model
from pipelines.analysis.linkage.results import Linked
from pipelines.analysis.linkage.spec import Spec

_MUCH = 0.2  # where more than this share of the records is new, all are looked at
_DRIFT = 8.0  # where the weight of a pattern moved so far, pairs that were let go could matter


class _StartOverError(Exception):
    """The kept state does not serve: look at everything."""


def link(
    given: pa.Table | list,
    spec: Spec,
    decisions: Mapping[tuple[str, str], str] | None = None,
    previous: Any = None,
    state: Path | None = None,
    plain: bool = False,
) -> Linked:
    """Return which of the records are the same thing.

    ``given`` has one row per record with the columns the spec names (values are read as text, null is missing).
    ``decisions``: ``{(left_id, right_id): "same" | "different" | "disputed"}``. ``previous``: the result of an earlier run,
    whose state this run takes over; ``state``: a file that holds such a state between runs. With either only new, changed
    and vanished records are looked at. ``plain``: ``why`` as a sentence, not as JSON.

    The result depends on the set of records, the spec and the decisions only: not on the order of rows, and not on whether
    there was an earlier run.

    Raises:
        AnlanError: no rows, a column is missing, an id is missing or repeated, the state is in use.

    """
    rows = records.checked(given, spec)
    said = dict(decisions or {})
    earlier = kept.resume(state) if state else getattr(previous, "state", None)
    if earlier is not None and state is None:
        previous.state = None
    if earlier is not None:
        try:
            return _increment(earlier, rows, spec, said, plain)
        except _StartOverError:
            earlier.close()
    return _full(kept.begin(state), rows, spec, said, plain)


def _full(at: kept.State, given: pa.Table, spec: Spec, said: dict[tuple[str, str], str], plain: bool) -> Linked:
    con = at.con
    con.register("given", given)
    _raw(con, spec)
    whole = records.resolved(con, spec, "raw")
    records.load(con, "raw", whole, 0, "kept.rec")
    con.unregister("given")
    con.execute("create or replace temp view rec as select * from kept.rec")
    trained, equal = _trained(con, whole, given.num_rows)
    rules = blocks.rules(whole, given.num_rows, equal)
    blocks.candidates(con, whole, rules)
    _keyed(con, whole)
    _said(con, said)
    con.execute(f"create or replace temp table asked as {_ASKED}")
    compare(con, whole, "asked", "seen", "rule, mask", hopeful=score.hopeful(whole, trained), always=_ALWAYS)
    con.execute("drop table asked; drop table cand")
    _needed(con, spec)
    score.score(con, whole, trained, "seen")
    con.execute("drop table seen")
    return _finish(at, spec, whole, rules, trained, plain, given.num_rows)


def _increment(at: kept.State, given: pa.Table, spec: Spec, said: dict[tuple[str, str], str], plain: bool) -> Linked:
    """Do what :func:`_full` does with the records that changed, or raise _StartOverError where that would not be the same."""
    con = at.con
    marks = kept.marks(at)
    if marks.get("fingerprint") != kept.fingerprint(spec) or min(given.num_rows, int(marks["rows"])) <= blocks.SMALL:
        raise _StartOverError
    con.register("given", given)
    _raw(con, spec)
    whole = records.resolved(con, spec, "raw")
    if kept.kinds(whole) != marks["kinds"]:
        raise _StartOverError
    key = f'raw."{spec.id}" = k.id and raw.h = k.h'
    con.execute(f"create or replace temp table gone as select k.* from kept.rec k anti join raw on {key}")
    con.execute(f"create or replace temp table new as select raw.* from raw anti join kept.rec k on {key}")
    changed = sum(con.execute(f"select count(*) from {t}").fetchone()[0] for t in ("gone", "new"))
    if changed > _MUCH * given.num_rows:
        raise _StartOverError
    (first,) = con.execute("select max(rid) + 1 from kept.rec").fetchone()
    records.load(con, "new", whole, first, "fresh")
    con.unregister("given")
    left = (
        "kept.rec anti join (select rid from gone) using (rid)"
        if con.execute("select 1 from gone limit 1").fetchone()
        else "kept.rec"
    )
    con.execute(f"create or replace temp view stayed as select * from {left}")
    con.execute("create or replace temp view rec as select * from stayed union all select * from fresh")
    trained, equal = _trained(con, whole, given.num_rows, "kept.levelled")
    rules = blocks.rules(whole, given.num_rows, equal)
    if (
        repr(rules) != marks["rules"]
        or len(rules) > 62
        or _drift(con, whole, Model.read(whole, marks["model"]), trained) > _DRIFT
    ):
        raise _StartOverError
    blocks.changed(con, whole, rules, "stayed")
    _keyed(con, whole)
    _said(con, said)
    con.execute(
        "create or replace temp table old as select l, r, pat, (p.mask & ~coalesce(lost.mask, 0)) | coalesce(cand.mask, 0) as mask, "
        "p.mask = 0 as flagged from kept.pairs p anti join (select rid from gone) g on g.rid = p.l anti join (select rid from gone) h on h.rid = p.r "
        "left join lost using (l, r) left join cand using (l, r)"
    )
    con.execute(
        "delete from old where mask = 0 and (l, r) not in (select (l, r) from said)"
        if con.execute("select 1 from old where mask = 0 limit 1").fetchone()
        else "select 1"
    )
    con.execute(f"create or replace temp table asked as select * from ({_ASKED}) anti join old using (l, r)")
    con.execute(
        "create or replace temp table touched as select * from rec where rid in (select l from asked union all select r from asked)"
    )
    compare(con, whole, "asked", "newly", "rule, mask", "touched", score.hopeful(whole, trained), _ALWAYS)
    con.execute(
        "create or replace temp table seen as select l, r, rule, mask, pat from newly union all "
        "select l, r, cast(case when mask = 0 then -1 else log2(mask & -mask) end as smallint), mask, pat from old"
    )
    con.execute(
        "drop table asked; drop table touched; drop table newly; drop table old; drop table cand; drop table lost"
    )
    _needed(con, spec)
    score.score(con, whole, trained, "seen")
    con.execute("drop table seen")
    return _finish(at, spec, whole, rules, trained, plain, given.num_rows, increment=True)


# What is compared: candidates, and pairs that people spoke of (no rule brought them: mask 0). What keys join is not.
_ASKED = (
    "select l, r, cast(-1 as smallint) as rule, cast(0 as bigint) as mask from (select distinct l, r from said) "
    "anti join cand using (l, r) union all select l, r, rule, mask from cand"
)

_ALWAYS = "(mask = 0 or (l, r) in (select (l, r) from said))"


def _finish(
    at: kept.State, spec: Spec, whole: Spec, rules: list[blocks.Rule], trained: Model, plain: bool, rows: int,
    increment: bool = False,
) -> Linked:  # fmt: skip
    found = results.gather(at.con, whole, [r.word for r in rules], trained.as_dict(), plain)
    at.con.execute("begin")
    if increment:
        at.con.execute(
            "delete from kept.rec where rid in (select rid from gone); insert into kept.rec select * from fresh"
        )
    kept.write(at, spec, whole, rules, trained, rows)
    at.con.execute("commit")
    if at.path is None:
        found.state = at
    elif increment:
        at.con.execute("checkpoint kept")
        at.close()
    else:
        kept.keep(at)
    return found


def _raw(con: duckdb.DuckDBPyConnection, spec: Spec) -> None:
    """Make the view ``raw``: the given records with ``h``, a hash of their text."""
    columns = ", ".join('"' + c.replace('"', '""') + '"' for c in records.names(spec))
    con.execute(f"create or replace temp view raw as select *, hash({columns}) as h from given")


def _trained(con: duckdb.DuckDBPyConnection, spec: Spec, rows: int, earlier: str = "") -> tuple[Model, list[float]]:
    drawn, chance, alike, equal = sample.draw(con, spec, rows, earlier)
    return model.train(spec, rows, drawn, chance, alike, equal), equal


def _drift(con: duckdb.DuckDBPyConnection, spec: Spec, before: Model, after: Model) -> float:
    """Return how far the weight of any kept pattern moved from one model to the other."""
    pat = con.execute("select distinct pat from kept.pairs").fetchnumpy()["pat"]
    levels = sample.grid(pat, len(spec.columns))
    weights = [
        made.prior + (np.log2(m) - np.log2(u)).sum(axis=1) for made in (before, after) for m, u in [made.parts(levels)]
    ]
    return float(np.abs(weights[0] - weights[1]).max()) if len(pat) else 0.0


def _keyed(con: duckdb.DuckDBPyConnection, spec: Spec) -> None:
    """Make ``keyed`` (l, r, key): pairs equal in all columns of a key.

    A group over the largest cluster is joined as a star around the record that comes first in the order by chance.
    """
    short = records.names(spec)
    con.execute("create or replace temp table hits (l integer, r integer, key smallint)")
    for i, key in enumerate(spec.keys):
        full = " and ".join(f"{short[c]} is not null" for c in key)
        codes = ", ".join(short[c] for c in key)
        con.execute(f"create or replace temp table block as select rid, o, {codes} from rec where {full}")
        con.execute(
            f"insert into hits select a.rid, b.rid, {i} from block a join block b using ({codes}) "
            f"join (select {codes}, count(*) as many, min(o) as first from block group by {codes} having count(*) > 1) using ({codes}) "
            f"where a.o < b.o and (many <= {spec.max_cluster} or a.o = first)"
        )
    con.execute(
        "create or replace temp table keyed as select l, r, cast(min(key) as smallint) as key from hits group by l, r"
    )
    con.execute("drop table hits; drop table if exists block")


def _needed(con: duckdb.DuckDBPyConnection, spec: Spec) -> None:
    """Take out of ``seen`` the candidates that are not alike in a column they must be alike in; what people spoke of stands."""
    for i, column in enumerate(spec.columns):
        if column in spec.needed:
            con.execute(
                f"delete from seen where (pat >> {3 * i}) & 7 <= 1 and mask <> 0 and (l, r) not in (select (l, r) from said)"
            )


def _said(con: duckdb.DuckDBPyConnection, said: dict[tuple[str, str], str]) -> None:
    """Make ``said`` (l, r, verdict) of decisions about known records."""
    rows = [(*sorted(pair), verdict) for pair, verdict in sorted(said.items())]
    listed = pa.table({n: pa.array([r[i] for r in rows], pa.string()) for i, n in enumerate(("x", "y", "verdict"))})
    con.register("listed", listed)
    con.execute(
        "create or replace temp table said as select case when a.o < b.o then a.rid else b.rid end as l, "
        "case when a.o < b.o then b.rid else a.rid end as r, verdict "
        "from listed join rec a on a.id = x join rec b on b.id = y"
    )
    con.unregister("listed")
