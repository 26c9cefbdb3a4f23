"""What can be done with refused rows: hand them to their owner, land what was mended, let in, leave out.

Every action ends in a decision with who and why. Raw personal text is read from the vault only, with the reason logged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipelines import door, index, landed, landing, store, vault
from pipelines.connectors.base import Delivery, Slice
from pipelines.contract import Contract, Table, load
from pipelines.errors import AnlanError, UsageError
from pipelines.quarantine import book, decisions, refs
from pipelines.quarantine.issues import MENDED, Issue, of_table
from pipelines.reading import ident, quoted
from pipelines.settings import Settings

# A row without its key, or without a mandatory cell, cannot be let in as it stands: nobody could find it again.
NEVER_RELEASED = frozenset({"required", "key", "shape"})


@dataclass
class Outcome:
    """What an action did: rows by what became of them, the new batches, and what was left alone with the reason."""

    batches: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)


def issues(settings: Settings, contracts: Iterable[Contract]) -> list[Issue]:
    """Return every issue of the silos named, oldest batch first."""
    decided = decisions.load(settings)
    found: list[Issue] = []
    for contract in contracts:
        about = [d for d in decided if d.silo == contract.silo]
        for table in contract.tables.values():
            found += of_table(settings, contract, table, store.manifests(settings, table), about)
    return found


def choose(found: list[Issue], what: Iterable[str], rule: str = "", day: date | None = None) -> list[Issue]:
    """Return the issues that ``what`` names: references, or ``silo`` or ``silo/table``; narrowed by ``rule``.

    Raises:
        UsageError: when a word names nothing that is in quarantine.

    """
    chosen: dict[str, Issue] = {}
    for word in what:
        hits = [i for i in found if word in {i.landing_ref, i.latest_ref, i.silo, f"{i.silo}/{i.table}"}]
        if not hits:
            raise UsageError(
                f"quarantine {word[:120]!r}", "names no refused row",
                do="name a reference, a silo or silo/table; 'anlan quarantine list' shows them",
            )  # fmt: skip
        chosen |= {i.landing_ref: i for i in hits if not rule or rule in i.rules}
    if rule and not chosen:
        raise UsageError(f"rule {rule}", "has refused none of these rows", do="see 'anlan quarantine list'")
    return [i for i in chosen.values() if day is None or i.state_on(day) == "open"]


def texts(
    settings: Settings, contract: Contract, table: Table, wanted: list[refs.Ref], who: str = "", why: str = ""
) -> dict[str, dict[str, str | None]]:
    """Return the raw text of every column of the rows ``wanted``, by reference.

    Personal columns come from the vault for a named person with a reason, which is logged; without a name they are masks.
    """
    found: dict[str, dict[str, str | None]] = {}
    columns = list(table.columns.values())
    personal = [c.name for c in columns if c.is_personal]
    for batch in dict.fromkeys(r.batch for r in wanted):
        here = [r for r in wanted if r.batch == batch]
        path = store.table_folder(settings, table) / f"batch={batch}" / "rows.parquet"
        if not path.is_file():
            raise UsageError(f"{table.id} batch {batch}", "is not here", do="check the reference")
        places = pa.table(
            {"_file": [r.file for r in here], "_part": [r.part for r in here], "_row": [r.row for r in here]}
        )
        asked = ", ".join(f"{landed.as_sent(c, contract)} as {ident(c.name)}" for c in columns)
        with duckdb.connect(":memory:") as db:
            db.execute("set TimeZone = 'UTC'")
            db.register("places", places)
            rows = db.execute(
                f"select r._file, r._part, r._row, {asked} from read_parquet({quoted(str(path))}, hive_partitioning=false) r "
                "semi join places p on r._file = p._file and r._part = p._part and r._row = p._row"
            ).fetchall()
        for file, part, number, *values in rows:
            ref = str(refs.Ref(table.silo, table.name, batch, file, part, number))
            found[ref] = dict(zip((c.name for c in columns), values, strict=True))
        # a batch in which nobody said anything about people has no sealed file
        if who and any(found[str(r)][c] is not None for r in here for c in personal if str(r) in found):
            for r in here:
                found.get(str(r), {}).update(dict.fromkeys(personal))
            sealed = vault.open_rows(
                settings, table.silo, table.name, batch, reason=why, who=who, refs=[str(r) for r in here]
            )
            for row in sealed.to_pylist():
                if row["landing_ref"] in found:
                    # of a free text only what was masked at the door lies there
                    said = {c: v for c, v in row.items() if v is not None and c in found[row["landing_ref"]]}
                    found[row["landing_ref"]] |= dict.fromkeys(personal) | said
    return found


def findings(settings: Settings, table: Table, wanted: list[refs.Ref]) -> dict[str, list[dict[str, str]]]:
    """Return what the door found on each row: rule, column, reason and advice in both languages."""
    folder = store.table_folder(settings, table)
    found: dict[str, list[dict[str, str]]] = {}
    names = "rule column_name raw_value reason_zh reason_en advice_zh advice_en severity".split()
    for batch in dict.fromkeys(r.batch for r in wanted):
        refs_here = pa.table({"landing_ref": [str(r) for r in wanted if r.batch == batch]})
        with duckdb.connect(":memory:") as db:
            db.register("wanted", refs_here)
            rows = db.execute(
                f"select landing_ref, {', '.join(names)} from read_parquet({quoted(str(folder / f'batch={batch}' / 'quarantine.parquet'))}, "
                "hive_partitioning=false) semi join wanted using (landing_ref) order by landing_ref, severity, rule"
            ).fetchall()
        for ref, *values in rows:
            found.setdefault(ref, []).append(dict(zip(names, (v or "" for v in values), strict=True)))
    return found


def export(
    settings: Settings, silo: str, day: date, who: str = "", reason: str = "", out: Path | None = None
) -> tuple[Path, int]:
    """Write the workbook of a silo's open rows; return its path and how many rows it holds.

    Personal columns are masked, as everywhere, unless ``who`` and ``reason`` are given: then they are opened from
    the vault and the access is logged. A masked workbook can be mended and sent back like the other.

    Raises:
        UsageError: when nothing of the silo waits, or only one of ``who`` and ``reason`` is given.

    """
    from pipelines.quarantine.suggestions import suggest

    if bool(who.strip()) != bool(reason.strip()):
        raise UsageError(
            "quarantine export", "needs --who and --reason together to show personal values", seen=f"--who {who!r}, --reason {reason!r}",
            do="give both, or neither for a workbook with masks; an access is logged",
        )  # fmt: skip
    contract = load(silo)
    waiting = [i for i in issues(settings, [contract]) if i.state_on(day) == "open"]
    if not waiting:
        raise UsageError(f"silo {silo}", "has no refused row that waits", do="nothing needs to be sent")
    rows: dict[str, list[book.RefusedRow]] = {}
    for table in contract.tables.values():
        mine = [refs.parse(i.latest_ref) for i in waiting if i.table == table.name]
        if not mine:
            continue
        said = findings(settings, table, mine)
        for ref, values in texts(settings, contract, table, mine, who, reason).items():
            found = [f for f in said.get(ref, []) if f["severity"] == "critical"] or said.get(ref, [])
            for f in found:
                f["suggestion"] = suggest(contract, table, f, values)
            rows.setdefault(table.name, []).append(book.RefusedRow(ref, values, found))
        rows[table.name].sort(key=lambda r: r.ref)
    path = out or settings.exports / "quarantine" / f"{silo}.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    total = book.write(path, contract, rows, masked=not who.strip())
    path.chmod(0o600)
    return path, total


def _slices(table: Table, sheets: dict[str, list[tuple[int, dict[str, str | None]]]], file: str) -> Iterator[Slice]:
    for sheet, rows in sheets.items():
        content = pa.table({c: pa.array([texts.get(c) for _, texts in rows], pa.string()) for c in table.columns})
        yield Slice(file, sheet, pa.array([n for n, _ in rows], pa.int64()), content)


def _land(settings: Settings, contract: Contract, table: Table, delivery: Delivery) -> dict[str, Any]:
    """Land a repair or a release; what was landed before by the same bytes is not landed twice."""
    for m in store.manifests(settings, table):
        if (
            m["status"] == "landed"
            and m["source"]["kind"] == delivery.kind
            and m["source"]["sha256"] == delivery.sha256
        ):
            return m
    # a window of the past: what it does not hold is not withdrawn
    manifest = landing.land(settings, contract, table, delivery, backfill=True)
    if manifest is None:
        raise AnlanError(table.id, "brought nothing new", do="check that the rows were changed")
    return manifest


def repair(settings: Settings, path: Path, silo: str, who: str, why: str) -> Outcome:
    """Land the rows that an owner mended in a workbook; the old rows stay as they are, each tied to its new row.

    Raises:
        AnlanError: when the workbook is not one of ours or has faults of form; nothing has been landed then.
        UsageError: when no row was changed, or one is not in quarantine.

    """
    decisions.require(who, why)
    contract = load(silo)
    sent = book.read(path, contract)
    known = {i.latest_ref for i in issues(settings, [contract])}
    known |= {t for d in decisions.load(settings) if d.action == "repair" for t in d.ties}
    sha, outcome = store.sha256_file(path), Outcome()
    unknown = [f"{r.sheet} row {r.row}" for rows in sent.values() for r in rows if r.ref not in known]
    if unknown:
        raise UsageError(
            f"workbook {path.name}", "names rows that are not in quarantine", seen=", ".join(unknown[:10]),
            do="export the workbook again and mend that one",
        )  # fmt: skip
    for name, rows in sent.items():
        table = contract.table(name)
        wanted = [refs.parse(r.ref) for r in rows]
        before = texts(settings, contract, table, wanted, who, f"quarantine repair of {silo}") if wanted else {}
        _unmask(table, rows, before, texts(settings, contract, table, wanted) if wanted else {}, path.name)
        changed = [r for r in rows if _differs(before.get(r.ref, {}), r.texts)]
        outcome.left += [f"{r.sheet} row {r.row}: not changed" for r in rows if r not in changed]
        if not changed:
            continue
        sheets: dict[str, list[tuple[int, dict[str, str | None]]]] = {}
        for r in changed:
            sheets.setdefault(r.sheet, []).append((r.row, r.texts))
        delivery = Delivery(
            "repair",
            path.name,
            _slices(table, sheets, path.name),
            {"who": who, "why": why},
            sha256=sha,
            source_rows=len(changed),
        )
        manifest = _land(settings, contract, table, delivery)
        ties = {r.ref: str(refs.Ref(silo, name, manifest["batch"], path.name, r.sheet, r.row)) for r in changed}
        decisions.record(settings, "repair", silo, name, ties, who=who, why=why, batch=manifest["batch"])
        outcome.batches.append(f"{table.id}/{manifest['batch']}")
        for verdict in ("accepted", "rejected", "duplicate"):
            outcome.counts[verdict] = outcome.counts.get(verdict, 0) + manifest[verdict]
    if not outcome.batches:
        raise UsageError(
            f"workbook {path.name}", "holds no row that was changed", do="mend the red cells, save, send it again"
        )
    return outcome


def _unmask(
    table: Table, rows: list[book.Sent], before: dict[str, dict[str, str | None]], masks: dict[str, dict[str, str | None]],
    name: str,
) -> None:  # fmt: skip
    """Put the raw text back where a personal cell still shows its mask: its owner left it as it was.

    Raises:
        UsageError: when a personal cell was changed and still holds stars; nothing has been landed of that table.

    """
    half: list[str] = []
    for c in (c for c in table.columns.values() if c.is_personal):
        for r in rows:
            raw, mask, said = before.get(r.ref, {}).get(c.name), masks.get(r.ref, {}).get(c.name), r.texts.get(c.name)
            if (said or "") == (mask or ""):
                r.texts[c.name] = raw
            elif "*" in (said or "") and said != raw:
                half.append(f"{r.sheet} row {r.row}: {c.source}")
    if half:
        raise UsageError(
            f"workbook {name}", "holds personal cells that were changed and are still masked", seen=", ".join(half[:10]),
            do="type the whole value, or leave the cell as it was",
        )  # fmt: skip


def _differs(before: dict[str, str | None], after: dict[str, str | None]) -> bool:
    return any((before.get(c) or "") != (after.get(c) or "") for c in {*before, *after})


def release(settings: Settings, chosen: list[Issue], who: str, why: str) -> Outcome:
    """Let refused rows in as they stand: a new batch in which the rules they broke are remarks.

    Raises:
        UsageError: when a row lacks its key or a mandatory cell; such a row can only be repaired.

    """
    decisions.require(who, why)
    outcome = Outcome()
    for (silo, name), mine in _by_table(chosen).items():
        contract = load(silo)
        table = contract.table(name)
        kinds = {r.name: r.kind for r in door.rules(contract, table)}
        stuck = [i for i in mine if any(kinds.get(r) in NEVER_RELEASED for r in i.rules)]
        if stuck:
            raise UsageError(
                f"{table.id}: {len(stuck)} rows", "cannot be let in as they stand", seen=", ".join(sorted({r for i in stuck for r in i.rules})),
                do="a missing key or mandatory cell can only be repaired: 'anlan quarantine export'",
            )  # fmt: skip
        wanted = [refs.parse(i.latest_ref) for i in mine]
        text = texts(settings, contract, table, wanted, who, f"quarantine release: {why}")
        rows = [(n, text[str(r)]) for n, r in enumerate(wanted, 1)]
        rules = frozenset(r for i in mine for r in i.rules)
        mark = f"release-{refs_hash(wanted)}"
        delivery = Delivery(
            "release", mark, _slices(table, {"": rows}, mark), {"who": who, "why": why, "rules": sorted(rules)},
            sha256=refs_hash(wanted), source_rows=len(rows), lenient=rules,
        )  # fmt: skip
        manifest = _land(settings, contract, table, delivery)
        ties = {str(r): str(refs.Ref(silo, name, manifest["batch"], mark, "", n)) for n, r in enumerate(wanted, 1)}
        decisions.record(
            settings, "release", silo, name, ties, who=who, why=why, batch=manifest["batch"], rules=tuple(rules)
        )
        outcome.batches.append(f"{table.id}/{manifest['batch']}")
        for verdict in ("accepted", "rejected", "duplicate"):
            outcome.counts[verdict] = outcome.counts.get(verdict, 0) + manifest[verdict]
    return outcome


def refs_hash(wanted: list[refs.Ref]) -> str:
    """Return a hash of a set of references."""
    import hashlib

    return hashlib.sha256("\n".join(sorted(map(str, wanted))).encode()).hexdigest()[:16]


def waive(settings: Settings, chosen: list[Issue], who: str, why: str, until: date) -> Outcome:
    """Leave refused rows out on purpose until a day; nobody is asked to mend them before."""
    decisions.require(who, why)
    outcome = Outcome(counts={"waived": 0})
    for (silo, name), mine in _by_table(chosen).items():
        rules = tuple(sorted({r for i in mine for r in i.rules}))
        decisions.record(
            settings,
            "waive",
            silo,
            name,
            {i.landing_ref: None for i in mine},
            who=who,
            why=why,
            until=until,
            rules=rules,
        )
        outcome.counts["waived"] += len(mine)
    return outcome


def _by_table(chosen: list[Issue]) -> dict[tuple[str, str], list[Issue]]:
    found: dict[tuple[str, str], list[Issue]] = {}
    for i in chosen:
        if i.state in {*MENDED, "released"}:
            raise UsageError(i.landing_ref, f"is {i.state} already", do="choose rows that are open")
        found.setdefault((i.silo, i.table), []).append(i)
    return found


def refresh(settings: Settings, profile_contracts: list[Contract]) -> None:
    """Write the index again, so that the warehouse and the pages see what was decided."""
    index.rebuild(settings, profile_contracts)
