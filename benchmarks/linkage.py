"""Linkage: a million persons and 200,000 firms, a day's increment, and Splink alone on the same records.

    python -m benchmarks.linkage [--persons 1000000] [--firms 200000] [--peer 100000] [--write]

Each run is a process of its own, so that its peak memory is its own; ratios are of CPU time, which does not hang on what
else the machine does. Splink is used as its pages teach: comparisons of its library with term frequencies, four blocking
rules, ``u`` by random sampling, ``m`` by two rounds of expectation maximisation, clusters from the same probability on.
It is given our normal forms, whose making counts for both; where records have an identity number or a credit code, it gets
that too, as a comparison and a blocking rule. It stays a peer in measurements and
no dependency of the pipeline (docs/adr/0029). ``--write`` puts the table into docs/linkage.md.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from benchmarks import linkage_data, sections
from pipelines.analysis.linkage import Spec, link, records, state
from pipelines.analysis.linkage.results import Linked
from pipelines.settings import ROOT

PAGE = ROOT / "docs" / "linkage.md"
SEED = 7  # the engine was tuned on others
SPECS = {
    "western": Spec("id", linkage_data.WESTERN),
    "chinese": Spec("id", linkage_data.CHINESE),
    "people": Spec("id", linkage_data.CHINESE, keys=(("card",),), exclusive=("card",)),
    "firms": Spec("id", linkage_data.FIRMS, keys=(("uscc",),), exclusive=("uscc",)),
}
_SETUP = """
import faulthandler, json, sys
from benchmarks import linkage
print(json.dumps(getattr(linkage, sys.argv[1])(sys.argv[2], int(sys.argv[3]))))
"""


def f1(given: pa.Table, links: pa.Table) -> dict[str, float]:
    """Return precision, recall and F1 over pairs; ``links`` has record and cluster as its first two columns."""
    with duckdb.connect() as con:
        con.register("given", given.select(["id", "entity"]))
        con.register("links", links.select([0, 1]).rename_columns(["id", "cluster"]))
        right, found, true = con.execute(
            "with cell as (select entity, cluster, count(*) as n from given join links using (id) group by all) "
            "select (select sum(n * (n - 1)) from cell), (select sum(n * (n - 1)) from (select sum(n) as n from cell group by cluster)), "
            "(select sum(n * (n - 1)) from (select sum(n) as n from cell group by entity))"
        ).fetchall()[0]
    return {
        "precision": float(right / found),
        "recall": float(right / true),
        "f1": float(2 * right / (found + true)),
        "records": given.num_rows,
    }


def _timed(work: Callable[[], pa.Table], given: pa.Table) -> dict[str, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    links = work()
    used = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    return used | {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6} | f1(given, links)


def made(kind: str, rows: int) -> pa.Table:
    """Return the records; where ``ANLAN_BENCH_DATA`` names a folder, they are made once and lie there."""
    folder = os.environ.get("ANLAN_BENCH_DATA")
    path = Path(folder or ".") / f"{kind}_{rows}_{SEED}.parquet"
    if folder and path.is_file():
        return pq.read_table(path)
    given = getattr(linkage_data, kind)(rows, SEED)
    if folder:
        pq.write_table(given, path)
    return given


def ours(kind: str, rows: int) -> dict[str, float]:
    """Link ``rows`` made records of a kind: seconds, CPU seconds, peak memory in GB, precision, recall, F1."""
    given = made(kind, rows)
    return _timed(lambda: link(given, SPECS[kind]).links, given)


def day(kind: str, rows: int) -> dict[str, Any]:
    """Link 99 % of the records into a state, then the day's records alone, and write all tables; whole runs give the same."""
    given = made(kind, rows)
    part = rows // 100
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder) / state.FILE
        before = _timed(lambda: link(given.slice(part), SPECS[kind], state=at).links, given)
        wall, cpu = time.perf_counter(), time.process_time()
        changed = link(given.slice(0, part), SPECS[kind], state=at, day=True, changed_only=True)
        after = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "links": changed.links.num_rows}
        kept: list[Linked] = []

        def tables() -> pa.Table:
            kept.append(link(given, SPECS[kind], state=at))
            return kept[0].links

        told = _timed(tables, given)
    turned = given.take(list(range(rows - 1, -1, -1)))
    whole = link(turned, SPECS[kind], trained=kept[0].trained)
    same = kept[0].links.equals(whole.links) and kept[0].pairs.equals(whole.pairs)
    return {"whole": before, "increment": after, "tables": told, "same": same}


def peer(kind: str, rows: int) -> dict[str, float]:
    """Link the same records by Splink alone; see the module for what it is given. ``forms``: of the CPU seconds, normal forms."""
    given = made(kind, rows)
    spec = SPECS[kind]
    cpu = time.process_time()
    con = state.connect()
    con.register("given", given.select([spec.id, *records.names(spec)]))
    con.execute("create temp view raw as select *, 0 as h from given")
    records.load(con, "raw", spec, 0, "rec", featured=False)
    columns = ", ".join(f"{c}_v as {name}" for name, c in records.names(spec).items())
    plain = con.sql(f"select id as unique_id, {columns} from rec").to_arrow_table()
    con.close()
    forms = time.process_time() - cpu
    found = _timed(lambda: _splink(plain, kind, spec.threshold), given)
    return found | {"cpu": found["cpu"] + forms, "forms": forms}


def _splink(plain: pa.Table, kind: str, threshold: float) -> pa.Table:
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    def exact(column: str) -> Any:
        return cl.ExactMatch(column).configure(term_frequency_adjustments=True)

    def born(column: str) -> Any:
        return cl.DateOfBirthComparison(column, input_is_string=True, datetime_format="%Y%m%d")

    compared, blocks, rounds = {
        "western": (
            [
                cl.NameComparison("given_name"), cl.NameComparison("surname"), born("date_of_birth"), exact("suburb"), exact("postcode"),
                exact("state"), cl.JaroWinklerAtThresholds("address_1"), exact("street_number"), cl.LevenshteinAtThresholds("phone"),
            ],
            [("given_name", "surname"), ("surname", "date_of_birth"), ("given_name", "date_of_birth"), ("phone",)],
            [("given_name", "surname"), ("date_of_birth",)],
        ),
        "chinese": (
            [
                cl.NameComparison("name"), born("birth"), cl.LevenshteinAtThresholds("phone"), cl.JaroWinklerAtThresholds("address"),
                cl.JaroWinklerAtThresholds("unit"),
            ],
            [("name", "birth"), ("name", "unit"), ("birth", "address"), ("phone",)],
            [("name",), ("birth",)],
        ),
        "people": (
            [
                cl.ExactMatch("card"), cl.NameComparison("name"), born("birth"), cl.LevenshteinAtThresholds("phone"),
                cl.JaroWinklerAtThresholds("address"), cl.JaroWinklerAtThresholds("unit"),
            ],
            [("card",), ("name", "birth"), ("name", "unit"), ("birth", "address"), ("phone",)],
            [("name",), ("birth",)],
        ),
        "firms": (
            [
                cl.NameComparison("name"), cl.LevenshteinAtThresholds("uscc"), cl.JaroWinklerAtThresholds("address"), cl.LevenshteinAtThresholds("phone"),
                cl.NameComparison("legal_person"),
            ],
            [("uscc",), ("name",), ("phone",), ("address", "legal_person")],
            [("name",), ("phone",)],
        ),
    }[kind]  # fmt: skip
    rules = [block_on(*b) for b in blocks]
    api = DuckDBAPI(duckdb.connect(config={"threads": min(4, os.cpu_count() or 1)}))
    linker: Any = Linker(
        api.register(plain, dataset_display_name="records"),
        SettingsCreator("dedupe_only", comparisons=compared, blocking_rules_to_generate_predictions=rules),
        log_level=50,
    )
    linker.training.estimate_probability_two_random_records_match(rules[:1], recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in rounds:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    likely = linker.inference.predict(threshold_match_probability=threshold)
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(likely, threshold_match_probability=threshold)
    return api.duckdb_con.sql(f"select unique_id, cluster_id from {found.physical_name}").to_arrow_table()


def apart(what: str, kind: str, rows: int) -> dict[str, Any]:
    """Run :func:`ours`, :func:`day` or :func:`peer` in a process of its own and return what it measured."""
    done = subprocess.run(
        [sys.executable, "-c", _SETUP, what, kind, str(rows)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{what} of {rows} {kind} failed:\n{done.stderr[-2000:]}")
    told = done.stdout.splitlines()[-1]
    print(f"{what} of {rows:,} {kind}: {told}", file=sys.stderr, flush=True)
    return json.loads(told)


def measure(persons: int, firms: int, peer: int) -> list[tuple[str, float, float, str, str]]:
    """Return the lines of the table: what, found, bound, unit, and more. A ratio to Splink is ours over Splink's."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("ANLAN_BENCH_DATA", folder)
        return _measured(persons, firms, peer)


def _measured(persons: int, firms: int, peer: int) -> list[tuple[str, float, float, str, str]]:
    # people have identity numbers and firms credit codes, as the departments' records have: keys first, likeness for the rest
    mine = {kind: apart("ours", kind, n) for kind, n in (("people", persons), ("firms", firms))}
    theirs = {kind: apart("peer", kind, n) for kind, n in (("people", persons), ("firms", firms))}
    both = [sum(x["cpu"] for x in side.values()) for side in (mine, theirs)]
    lines = [
        (
            f"linkage of {persons:,} persons and {firms:,} firms", sum(x["wall"] for x in mine.values()), 300, "s",
            f"{mine['people']['cpu']:.1f} + {mine['firms']['cpu']:.1f} s CPU",
        ),
        ("  peak memory", max(x["peak"] for x in mine.values()), 6, "GB", f"Splink {max(x['peak'] for x in theirs.values()):.1f} GB"),
        (
            "  all of them against Splink", both[0] / both[1], 0.2, "×",
            f"{both[0]:.1f} s CPU against {both[1]:.1f} ({theirs['people']['cpu']:.1f} + {theirs['firms']['cpu']:.1f})",
        ),
        *(_quality(kind, mine[kind], theirs[kind]) for kind in mine),
    ]  # fmt: skip
    for kind in ("people", "chinese"):
        found = apart("day", kind, persons)
        full, part, told = found["whole"], found["increment"], found["tables"]
        lines.append(
            (
                f"a day of 1 % new {kind}", part["cpu"] / full["cpu"], 0.05, "×",
                f"{part['cpu']:.2f} s CPU against {full['cpu']:.1f}; {told['cpu']:.1f} s more to compare all records and write all tables; "
                f"a whole run over the records in reverse gives {'the same' if found['same'] else 'NOT the same'}",
            )
        )  # fmt: skip
    more = (
        (("chinese", persons), ("people", peer), ("chinese", peer), ("western", peer), ("firms", peer)) if peer else ()
    )
    for kind, rows in more:
        one, other = apart("ours", kind, rows), apart("peer", kind, rows)
        lines += [
            (
                f"linkage of {rows:,} {kind} against Splink", one["cpu"] / other["cpu"], 0.2, "×",
                f"{one['cpu']:.1f} s CPU against {other['cpu']:.1f}; {one['peak']:.1f} GB against {other['peak']:.1f}",
            ),
            _quality(kind, one, other),
        ]  # fmt: skip
    return lines


def _quality(kind: str, mine: dict[str, float], theirs: dict[str, float]) -> tuple[str, float, float, str, str]:
    return (
        f"  what F1 of {kind} lacks to Splink's", max(0.0, theirs["f1"] - mine["f1"]), 0, "",
        f"precision {mine['precision']:.4f} recall {mine['recall']:.4f} F1 {mine['f1']:.4f} against "
        f"{theirs['precision']:.4f} {theirs['recall']:.4f} {theirs['f1']:.4f}",
    )  # fmt: skip


def section(lines: list[tuple[str, float, float, str, str]]) -> str:
    """Return the table for docs/linkage.md."""
    out = ["| measure | found | bound | | |", "|---|---:|---:|---|---|"]
    out += [
        f"| {n.strip()} | {v:.3g} {u} | {b:g} {u} | {'✓' if v <= b else '✗'} | {more} |" for n, v, b, u, more in lines
    ]
    return sections.marked("speed of linkage", "linkage", out)


def keep(lines: list[tuple[str, float, float, str, str]]) -> None:
    """Put the table into docs/linkage.md."""
    PAGE.write_text(sections.replaced(PAGE.read_text(encoding="utf-8"), section(lines)), encoding="utf-8")


def main() -> None:
    """Measure and print one table; with ``--write`` keep it."""
    ask = argparse.ArgumentParser(prog="python -m benchmarks.linkage", description=__doc__.splitlines()[0])
    ask.add_argument("--persons", type=int, default=1_000_000)
    ask.add_argument("--firms", type=int, default=200_000)
    ask.add_argument("--peer", type=int, default=100_000, help="records of the further kinds; 0 leaves them out")
    ask.add_argument("--write", action="store_true")
    chosen = ask.parse_args()
    lines = measure(chosen.persons, chosen.firms, chosen.peer)
    made = Table(title=f"Linkage, {os.cpu_count()} cores", title_justify="left", box=None)
    for name, side in (("measure", "left"), ("found", "right"), ("bound", "right"), ("", "left")):
        made.add_column(name, justify=side, no_wrap=True)  # type: ignore[arg-type]
    for name, value, bound, unit, more in lines:
        made.add_row(name, f"{value:.3g} {unit}", f"{bound:g} {unit}", f"{'✓' if value <= bound else '✗'} {more}")
    Console(width=220).print(made)
    if chosen.write:
        keep(lines)


if __name__ == "__main__":
    main()
