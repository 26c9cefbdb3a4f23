"""Link records: normal forms, keys, candidate pairs, a trained model, scores, clusters. One call, nothing else to know."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.analysis.linkage import blocks, records, results, score
from pipelines.analysis.linkage import state as kept
from pipelines.analysis.linkage.compare import compare, looked_at
from pipelines.analysis.linkage.results import Linked
from pipelines.analysis.linkage.spec import Spec
from pipelines.analysis.linkage.trained import Trained, learn
from pipelines.errors import AnlanError

_MUCH = 0.2  # where more than this share of the records came or went since the model was learnt, it is learnt anew
_log = logging.getLogger(__name__)


def link(
    given: pa.Table | list,
    spec: Spec,
    decisions: Mapping[tuple[str, str], str] | None = None,
    previous: Any = None,
    state: Path | None = None,
    plain: bool = False,
    trained: Trained | None = None,
    retrain: bool = False,
    changed_only: bool = False,
    day: bool = False,
    gone: Iterable[str] = (),
) -> Linked:
    """Return which of the records are the same thing.

    ``given`` has one row per record with the columns the spec names (values are read as text, null is missing).
    ``decisions``: ``{(left_id, right_id): "same" | "different" | "disputed"}``. ``previous``: the result of an earlier run,
    whose state this run takes over; ``state``: a file that holds such a state between runs. With either, only new, changed
    and vanished records are looked at, by the model that was learnt then; it is learnt anew where ``retrain`` asks for it, where
    spec or code changed, or where a fifth of the records came or went since. ``trained``: what another run learnt; all records are
    looked at by it. ``plain``: ``why`` as a sentence, not as JSON. ``changed_only``: of a run that took over a state, the tables
    hold records whose cluster was looked at anew and their pairs only; the state holds all. ``day``: ``given`` has new and
    changed records only, all others are as the state has them, but for those whose ids are in ``gone``.

    The result depends on the set of records, the spec, the decisions and what was learnt only: not on the order of rows, and
    not on whether there was an earlier run.

    Raises:
        AnlanError: no rows, a column is missing, an id is missing or repeated, the state is in use, or there is none that
            serves where only a day's records are given.

    """
    rows = records.checked(given, spec)
    said = dict(decisions or {})
    earlier = kept.resume(state) if state else getattr(previous, "state", None)
    if earlier is not None and state is None:
        previous.state = None
    why, moved = "asked for" if retrain else "no model yet", 0
    if earlier is not None and trained is None and not retrain:
        noted = kept.marks(earlier)
        if noted.get("fingerprint") != kept.fingerprint(spec):
            why = "spec or code changed"
        else:
            known = Trained.read(spec, noted, kept.values(earlier, spec))
            count, moved = _diff(earlier.con, rows, known.spec, day, gone)
            moved += int(noted["moved"])
            fits = min(count, int(noted["rows"])) > blocks.SMALL and len(known.rules) <= blocks.MOST_RULES
            if moved > _MUCH * known.model.rows:
                why, moved = f"{moved} records came or went since", 0
            elif not fits:
                trained = known
            if fits and (why == "no model yet" or day):
                return _increment(earlier, count, spec, known, said, plain, moved, changed_only)
    if earlier is not None:
        earlier.close()
    if day:
        raise AnlanError(
            f"records of {spec.entity_type}",
            "are a day's, and no state serves them",
            seen=why,
            do="give all records once",
        )
    return _full(kept.begin(state), rows, spec, said, plain, trained, why, moved)


def _full(
    at: kept.State, given: pa.Table, spec: Spec, said: dict[tuple[str, str], str], plain: bool, trained: Trained | None, why: str,
    moved: int = 0,
) -> Linked:  # fmt: skip
    con = at.con
    con.register("given", given)
    con.execute(f"create or replace temp view raw as select *, {_hash(spec)} as h from given")
    whole = trained.spec if trained else records.resolved(con, spec, "raw")
    records.load(con, "raw", whole, 0, "kept.rec")
    con.unregister("given")
    con.execute("create or replace temp view rec as select * from kept.rec")
    if trained is None:
        trained = learn(con, whole, given.num_rows)
        _log.info("linkage of %s: model %s learnt of %d records: %s", spec.entity_type, trained.as_dict()["model_version"], given.num_rows, why)  # fmt: skip
    else:
        blocks.features(con, whole, trained.rules, "rec", "feat")
        for c, values in trained.values.items():
            con.register("values_held", values)
            con.execute(f"create table kept.many_{c} as select * from values_held")
            con.unregister("values_held")
    blocks.candidates(con, whole, trained.rules)
    con.execute(f"create table kept.feat as select {blocks.columns(whole, trained.rules)} from feat; drop table feat")
    _keyed(con, whole, "rec", "keyed_now")
    _said(con, said, "said")
    con.execute("create table kept.keyed as from keyed_now; drop table keyed_now; create table kept.said as from said")
    con.execute(f"create or replace temp table asked as {_ASKED}")
    _weigh(con, trained, "rec")
    con.execute(
        "create table kept.scored as select * from scored; drop table scored; drop table asked; drop table cand"
    )
    con.execute("create table kept.label (rid integer, comp integer, head integer, many integer, first integer)")
    con.execute("create table kept.refused (l integer, r integer)")
    results.cluster(con, whole, "rec")
    kept.write(at, spec, trained, given.num_rows, moved)
    return _told(at, whole, trained, plain)


def _increment(
    at: kept.State, rows: int, spec: Spec, known: Trained, said: dict[tuple[str, str], str], plain: bool, moved: int, changed_only: bool
) -> Linked:  # fmt: skip
    """Do what :func:`_full` does, with the records ``fresh`` and ``gone`` (see :func:`_diff`) and what they touch."""
    con, whole = at.con, known.spec
    blocks.features(con, whole, known.rules, "fresh", "feat_fresh")
    blocks.changed(con, whole, known.rules)
    con.execute("begin")
    # records whose component is looked at anew
    con.execute("create or replace temp table dirty as select rid from fresh")
    _without(con, "kept.scored", "l in (select rid from gone) or r in (select rid from gone)")
    regrouped = _regrouped(con, whole)
    if con.execute("select 1 from gone limit 1").fetchone():
        con.execute(
            "insert into dirty select rid from kept.label semi join (select comp from kept.label semi join gone using (rid)) using (comp) "
            "anti join gone using (rid)"
        )
        for name in ("rec", "feat", "label"):
            con.execute(f"delete from kept.{name} where rid in (select rid from gone)")
    con.execute("insert into kept.rec select * from fresh; insert into kept.feat select * from feat_fresh")
    con.execute("create or replace temp view rec as select * from kept.rec")
    _keyed_again(con, whole, regrouped)
    _rules_again(con)
    _said_again(con, said)
    con.execute("create or replace temp table said as select * from kept.said")
    con.execute(f"create or replace temp table asked as select * from ({_ASKED}) anti join kept.scored using (l, r)")
    con.execute(
        f"create or replace temp table touched as select {looked_at(whole)} from kept.rec "
        "where rid in (select l from asked union all select r from asked)"
    )
    _weigh(con, known, "touched")
    con.execute(
        "insert into dirty select l from scored union all select r from scored; insert into kept.scored select * from scored"
    )
    con.execute(
        "create or replace temp table looked as select rid from kept.label semi join (select comp from kept.label semi join dirty using (rid)) "
        "using (comp) union select rid from fresh"
    )
    con.execute(
        "delete from kept.label where rid in (select rid from looked); delete from kept.refused where l in (select rid from looked)"
    )
    results.cluster(con, whole, "(select * from kept.rec where rid in (select rid from looked))")
    kept.write(at, spec, known, rows, moved)
    con.execute("commit")
    if not changed_only:
        con.execute(
            "create or replace temp table rank as select rid, id, cast(row_number() over (order by id) - 1 as integer) as k from kept.rec"
        )
    return _told(at, whole, known, plain, "looked" if changed_only else "")


def _told(at: kept.State, whole: Spec, trained: Trained, plain: bool, looked: str = "") -> Linked:
    found = results.gather(at.con, whole, [r.word for r in trained.rules], trained.as_dict(), plain, looked)
    found.trained = trained
    if at.path is None:
        found.state = at
    else:
        kept.keep(at)
    return found


def _hash(spec: Spec) -> str:
    """Return the SQL of a hash of all that a record says, its id too."""
    return "hash({})".format(", ".join('"' + c.replace('"', '""') + '"' for c in (spec.id, *records.names(spec))))


def _diff(
    con: duckdb.DuckDBPyConnection, given: pa.Table, spec: Spec, day: bool, gone: Iterable[str]
) -> tuple[int, int]:
    """Make ``fresh``, the new and changed records, and ``gone``, the vanished and changed.

    Returns how many records there are now, and how many came or went.
    """
    con.register("given", given)
    con.register("named", pa.table({"id": pa.array(list(gone), pa.string())}))
    con.execute(
        f"create or replace temp table new as select * from (select *, {_hash(spec)} as h from given) anti join kept.rec using (h)"
    )
    (before,) = con.execute("select count(*) from kept.rec").fetchone()
    (new,) = con.execute("select count(*) from new").fetchone()
    if day:
        ids = f'select "{spec.id}" as id from new union all select id from named'
        con.execute(
            f"create or replace temp table gone as select rid from kept.rec semi join (select hash(id, {spec.seed}) as o from ({ids})) using (o)"
        )
    else:
        some = (
            f"kept.rec anti join (select {_hash(spec)} as h from given) using (h)"
            if before + new > given.num_rows
            else "kept.rec where false"
        )
        con.execute(f"create or replace temp table gone as select rid from {some}")
    (went,) = con.execute("select count(*) from gone").fetchone()
    (first,) = con.execute("select coalesce(max(rid) + 1, 0) from kept.rec").fetchone()
    records.load(con, "new", spec, first, "fresh")
    con.unregister("given")
    con.unregister("named")
    return before + new - went, new + went


# What is compared: candidates, and pairs that people spoke of (no rule brought them: mask 0). What keys join is not.
_ASKED = (
    "select l, r, cast(-1 as smallint) as rule, cast(0 as bigint) as mask from (select distinct l, r from said) "
    "anti join cand using (l, r) union all select l, r, rule, mask from cand"
)
_ALWAYS = "(mask = 0 or (l, r) in (select (l, r) from said))"


def _weigh(con: duckdb.DuckDBPyConnection, trained: Trained, among: str) -> None:
    """Make ``scored`` of the pairs ``asked``."""
    hopeful = score.hopeful(trained.spec, trained.model)
    compare(con, trained.spec, "asked", "seen", "rule, mask", among, hopeful, _ALWAYS, "" if among == "rec" else "rec")
    score.score(con, trained.spec, trained.model, "seen", among)
    con.execute("drop table seen")


def _without(con: duckdb.DuckDBPyConnection, table: str, condition: str) -> None:
    """Take pairs out of a kept table; their records are looked at anew."""
    con.execute(f"insert into dirty select unnest([l, r]) from {table} where {condition}")
    con.execute(f"delete from {table} where {condition}")


def _keyed(con: duckdb.DuckDBPyConnection, spec: Spec, among: str, target: str) -> None:
    """Make ``target`` (l, r, key): pairs of ``among`` equal in all columns of a key.

    A group over the largest cluster is joined as a star around the record that comes first in the order by chance.
    """
    short = records.names(spec)
    con.execute("create or replace temp table hits (l integer, r integer, key smallint)")
    for i, key in enumerate(spec.keys):
        full = " and ".join(f"{short[c]} is not null" for c in key)
        codes = ", ".join(short[c] for c in key)
        source = "rec" if among == "rec" else f"rec semi join (select {codes} from {among}) using ({codes})"
        con.execute(f"create or replace temp table block as select rid, o, {codes} from {source} where {full}")
        con.execute(
            f"insert into hits select a.rid, b.rid, {i} from block a join block b using ({codes}) "
            f"join (select {codes}, count(*) as many, min(o) as first from block group by {codes} having count(*) > 1) using ({codes}) "
            f"where a.o < b.o and (many <= {spec.max_cluster} or a.o = first)"
        )
    inside = "" if among == "rec" else f"where l in (select rid from {among}) and r in (select rid from {among}) "
    con.execute(
        f"create or replace temp table {target} as select l, r, cast(min(key) as smallint) as key from hits {inside}group by l, r"
    )
    con.execute("drop table hits; drop table if exists block")


def _regrouped(con: duckdb.DuckDBPyConnection, spec: Spec) -> bool:
    """Make ``regrouped`` of the kept records in a group of a key that a fresh or a gone record is in too."""
    short = records.names(spec)
    codes = ", ".join(dict.fromkeys(short[c] for key in spec.keys for c in key))
    if not codes:
        return False
    con.execute(f"create or replace temp table moved as select {codes} from fresh union all select {codes} from kept.rec semi join gone using (rid)")  # fmt: skip
    con.execute("create or replace temp table regrouped (rid integer)")
    for key in spec.keys:
        codes = ", ".join(short[c] for c in key)
        con.execute(f"insert into regrouped select rid from kept.rec semi join moved using ({codes})")
    return True


def _keyed_again(con: duckdb.DuckDBPyConnection, spec: Spec, regrouped: bool) -> None:
    """Bring ``kept.keyed`` up to date in the groups that changed."""
    if not regrouped:
        return
    short = records.names(spec)
    codes = ", ".join(dict.fromkeys(short[c] for key in spec.keys for c in key))
    con.execute(
        f"create or replace temp table members as select rid, {codes} from rec where rid in (select rid from regrouped union all select rid from fresh)"
    )
    _keyed(con, spec, "members", "keyed_now")
    con.execute(
        "create or replace temp table keyed_before as select * from kept.keyed where l in (select rid from regrouped) and r in (select rid from regrouped)"
    )
    con.execute(
        "create or replace temp table unkeyed as select * from keyed_before anti join keyed_now using (l, r, key)"
    )
    con.execute(
        "create or replace temp table newly as select * from keyed_now anti join keyed_before using (l, r, key)"
    )
    _without(con, "kept.keyed", "(l, r) in (select (l, r) from unkeyed)")
    con.execute("insert into dirty select unnest([l, r]) from newly; insert into kept.keyed select * from newly")
    con.execute(
        "drop table members; drop table keyed_now; drop table keyed_before; drop table unkeyed; drop table newly"
    )


def _said_again(con: duckdb.DuckDBPyConnection, said: dict[tuple[str, str], str]) -> None:
    """Bring ``kept.said`` up to date; a pair that people speak of no more is weighed as any other."""
    _said(con, said, "said_now")
    con.execute(
        "insert into dirty select unnest([l, r]) from (from kept.said anti join said_now using (l, r, verdict) "
        "union all from said_now anti join kept.said using (l, r, verdict))"
    )
    con.execute("create or replace temp table taken_back as select * from kept.said anti join said_now using (l, r)")
    if con.execute("select 1 from taken_back limit 1").fetchone():
        con.execute("delete from cand where (l, r) in (select (l, r) from taken_back)")
        con.execute(
            "insert into cand select l, r, rule, mask from kept.scored semi join taken_back using (l, r) where mask <> 0"
        )
        _without(con, "kept.scored", "(l, r) in (select (l, r) from taken_back)")
    con.execute(
        "delete from kept.said; insert into kept.said select * from said_now; drop table said_now; drop table taken_back"
    )


def _rules_again(con: duckdb.DuckDBPyConnection) -> None:
    """Bring the rules of kept pairs up to date: those that blocks now bring (``cand``) or bring no more (``lost``)."""
    con.execute(
        "create or replace temp table other as select s.l, s.r, (s.mask & ~coalesce(lost.mask, 0)) | coalesce(cand.mask, 0) as mask "
        "from kept.scored s left join lost using (l, r) left join cand using (l, r) where lost.mask is not null or cand.mask is not null"
    )
    if con.execute("select 1 from other limit 1").fetchone():
        con.execute(
            "update kept.scored s set mask = o.mask, rule = case when o.mask = 0 then -1 else log2(o.mask & -o.mask) end "
            "from other o where s.l = o.l and s.r = o.r"
        )
        _without(con, "kept.scored", "mask = 0 and (l, r) not in (select (l, r) from kept.said)")
    con.execute("drop table other; drop table lost")


def _said(con: duckdb.DuckDBPyConnection, said: dict[tuple[str, str], str], target: str) -> None:
    """Make ``target`` (l, r, verdict) of decisions about known records."""
    rows = [(*sorted(pair), verdict) for pair, verdict in sorted(said.items())]
    listed = pa.table({n: pa.array([r[i] for r in rows], pa.string()) for i, n in enumerate(("x", "y", "verdict"))})
    con.register("listed", listed)
    con.execute(
        f"create or replace temp table {target} as select case when a.o < b.o then a.rid else b.rid end as l, "
        "case when a.o < b.o then b.rid else a.rid end as r, verdict "
        "from listed join rec a on a.id = x join rec b on b.id = y"
    )
    con.unregister("listed")
