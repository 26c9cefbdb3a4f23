"""Link records: normal forms, keys, candidate pairs, a trained model, scores, clusters. One call, nothing else to know."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.analysis.linkage import blocks, changes, records, results, score, sure
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
            count, moved = changes.diff(earlier.con, rows, known.spec, day, gone)
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
    con.execute(f"create or replace temp view raw as select *, {records.hashed(spec)} as h from given")
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
    sure.keyed(con, whole, "rec", "keyed_now")
    sure.said(con, said, "said")
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
    """Do what :func:`_full` does, with the records ``fresh`` and ``gone`` (see :func:`changes.diff`) and what they touch."""
    con, whole = at.con, known.spec
    blocks.features(con, whole, known.rules, "fresh", "feat_fresh")
    blocks.changed(con, whole, known.rules)
    con.execute("begin")
    # records whose component is looked at anew
    con.execute("create or replace temp table dirty as select rid from fresh")
    changes.without(con, "kept.scored", "l in (select rid from gone) or r in (select rid from gone)")
    regrouped = changes.regrouped(con, whole)
    if con.execute("select 1 from gone limit 1").fetchone():
        con.execute(
            "insert into dirty select rid from kept.label semi join (select comp from kept.label semi join gone using (rid)) using (comp) "
            "anti join gone using (rid)"
        )
        for name in ("rec", "feat", "label"):
            con.execute(f"delete from kept.{name} where rid in (select rid from gone)")
        con.execute("delete from kept.refused where l in (select rid from gone) or r in (select rid from gone)")
    con.execute("insert into kept.rec select * from fresh; insert into kept.feat select * from feat_fresh")
    con.execute("create or replace temp view rec as select * from kept.rec")
    changes.keyed_again(con, whole, regrouped)
    changes.rules_again(con)
    changes.said_again(con, said)
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


# What is compared: candidates, and pairs that people spoke of (no rule brought them: mask 0). What keys join is not.
_ASKED = (
    "select l, r, cast(-1 as smallint) as rule, cast(0 as bigint) as mask from (select distinct l, r from said) "
    "anti join cand using (l, r) union all select l, r, rule, mask from cand"
)
_ALWAYS = "(mask = 0 or (l, r) in (select (l, r) from said))"


def _weigh(con: duckdb.DuckDBPyConnection, trained: Trained, among: str) -> None:
    """Make ``scored`` of the pairs ``asked``."""
    hopeful = score.hopeful(trained.spec, trained.model)
    always = _ALWAYS if con.execute("select 1 from said limit 1").fetchone() else ""
    compare(con, trained.spec, "asked", "seen", "rule, mask", among, hopeful, always, "" if among == "rec" else "rec")
    score.score(con, trained.spec, trained.model, "seen", among)
    con.execute("drop table seen")
