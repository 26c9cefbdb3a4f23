"""Makes what the departments hold, each once per seed, period, scale and code, and keeps it on disk.

``HOME/simulator/``: ``served/<silo>/`` tables as Parquet, ``<service>/<silo>/`` what the service serves,
``truth/`` what was spoiled, ``generated.json`` what was made. A department whose identity is unchanged is not
made again.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from simulator import VERSION, departments, edits, publish
from simulator.dirt import DirtRates
from simulator.tables import Table
from simulator.truth import Truth
from simulator.world import World, quarter_start

SHARED = (
    "codes.py",
    "edits.py",
    "files.py",
    "generate.py",
    "load.py",
    "papers.py",
    "publish.py",
    "tables.py",
    "truth.py",
)


@dataclass(frozen=True)
class Asked:
    """What decides the data; equal answers have equal bytes.

    ``edits``: what owners did to data they had sent, as JSON (see ``edits``); ``held``: silos that show less than ``as_of``.
    """

    seed: int = 330603
    period: str = "2026Q3"
    scale: float = 1.0
    quarters: int = 4
    as_of: str = ""
    scenario: str = ""
    rates: DirtRates = field(default_factory=DirtRates)
    edits: tuple[str, ...] = ()
    held: tuple[tuple[str, str], ...] = ()

    def of(self, silo: str) -> Asked:
        """Return what concerns one department: its own edits, its own day when it is held."""
        mine = tuple(e for e in self.edits if json.loads(e)["silo"] == silo)
        return replace(self, edits=mine, as_of=dict(self.held).get(silo, self.as_of), held=())

    def world(self) -> World:
        """Return the district these answers describe."""
        return World(self.seed, self.period, self.scale, self.quarters, self.scenario)


def code_hash(silo: str) -> str:
    """Return a hash of the code and facts that decide what ``silo`` holds."""
    here = Path(__file__).parent
    shared = [here / name for name in SHARED] + sorted(
        [*here.glob("world*.py"), *here.glob("world/*.py"), *here.glob("dirt/*.py")]
    )
    digest = hashlib.sha256()
    for path in [*shared, *sorted(here.glob("facts/*")), *departments.sources(silo)]:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def identity(asked: Asked, silo: str) -> dict:
    """Return everything that decides the data of ``silo``."""
    return {"version": VERSION, "code": code_hash(silo), **asdict(asked.of(silo))}


def mark(identity_: dict) -> str:
    """Return one word for an identity."""
    return hashlib.sha256(json.dumps(identity_, sort_keys=True).encode()).hexdigest()[:24]


def generate(
    folder: Path,
    asked: Asked | None = None,
    silos: list[str] | None = None,
    say: Callable[[str], None] = lambda text: None,
) -> dict:
    """Make what is missing or changed below ``folder``; return rows, times and marks by silo, and which are ``fresh``."""
    asked = asked or Asked()
    folder.mkdir(parents=True, exist_ok=True)
    book = folder / "generated.json"
    made: dict = json.loads(book.read_text(encoding="utf-8")) if book.exists() else {}
    wanted = silos or departments.names()
    marks = {silo: mark(identity(asked, silo)) for silo in wanted}
    for silo in [s for s in made if s not in wanted]:
        forget(folder, silo)
        del made[silo]
    fresh = [silo for silo in wanted if made.get(silo, {}).get("mark") != marks[silo]]
    for silo in fresh:
        forget(folder, silo)
        made.pop(silo, None)
    book.write_text(json.dumps(made, ensure_ascii=False, indent=1), encoding="utf-8")
    for silo, rows, defects, seconds in _each(folder, fresh, asked):
        made[silo] = {"mark": marks[silo], "rows": rows, "defects": defects, "seconds": seconds}
        book.write_text(json.dumps(made, ensure_ascii=False, indent=1), encoding="utf-8")
        say(f"{silo}: {sum(rows.values()):,} rows, {defects:,} known defects, {seconds:.1f} s")
    return {"silos": {s: made[s] for s in wanted}, "fresh": fresh, "asked": asked}


def _each(folder: Path, silos: list[str], asked: Asked) -> Iterator[tuple[str, dict[str, int], int, float]]:
    """Make the departments and yield each as it is done; many large ones by several processes."""
    workers = min(4, os.cpu_count() or 1, len(silos))
    if workers < 2 or len(silos) * asked.scale < 2:
        for silo in silos:
            yield _one(folder, silo, asked)
        return
    # the slow ones first, so that none is waited for alone
    order = sorted(silos, key=lambda s: -sum(p.stat().st_size for p in departments.sources(s)))
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        for done in as_completed([pool.submit(_one, folder, silo, asked) for silo in order]):
            yield done.result()


@lru_cache(maxsize=1)
def _world(asked: Asked) -> World:
    return asked.world()


def _one(folder: Path, silo: str, asked: Asked) -> tuple[str, dict[str, int], int, float]:
    started = time.perf_counter()
    rows, defects = make(folder, silo, _world(replace(asked, as_of="", edits=(), held=())).view(), asked)
    return silo, rows, defects, round(time.perf_counter() - started, 2)


def forget(folder: Path, silo: str) -> None:
    """Remove what was made for ``silo``."""
    for path in (*folder.glob(f"*/{silo}"), folder / "truth" / f"{silo}.parquet"):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def make(folder: Path, silo: str, world: World, asked: Asked) -> tuple[dict[str, int], int]:
    """Make one department; return its rows by table and how many defects are known."""
    module, truth, asked = departments.load(silo), Truth(), asked.of(silo)
    built = (shown(table, asked.as_of) for table in module.build(world, asked.rates, truth))
    tables = [table for table in built if table is not None]
    tables = edits.apply(tables, [json.loads(e) for e in asked.edits])
    truth.write(folder / "truth", silo)
    by_service: dict[str, list[Table]] = {}
    rows: dict[str, int] = {}
    for table in tables:
        publish.served(folder, table)
        by_service.setdefault(departments.service_of(module, table.name), []).append(table)
        rows[table.name] = rows.get(table.name, 0) + len(table)
    for service in departments.services_of(module):
        # a department that has nothing to show yet still has its place
        part, out = by_service.get(service, []), folder / service / silo
        out.mkdir(parents=True, exist_ok=True)
        if hasattr(module, "publish"):
            module.publish(out, part, world)
        else:
            publish.default(service, out, part, module)
    if hasattr(module, "stream"):
        for name, chunk in module.stream(world, asked.rates):
            shown_chunk = publish.until(chunk, asked.as_of)
            publish.append(folder / departments.service_of(module, name) / silo, name, shown_chunk)
            rows[name] = rows.get(name, 0) + shown_chunk.num_rows
    return rows, len(truth.rows)


def shown(table: Table, as_of: str) -> Table | None:
    """Return what of ``table`` is known at ``as_of``, None when it is not there at all by then."""
    if not as_of:
        return table
    now = np.datetime64(as_of, "s")
    if table.known is not None:
        part = table.take(np.flatnonzero(table.known < now))
        return part if len(part) or not table.version else None
    known = known_from(table.version)
    return table if known is None or known <= now else None


def known_from(version: str) -> np.datetime64 | None:
    """Return when a file of ``2026Q3``, ``2026-07`` or ``2026-07-05`` is handed over: when it is over; else None."""
    if re.fullmatch(r"[0-9]{4}Q[1-4]", version):
        return quarter_start(version, 1).astype("datetime64[s]")
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?", version):
        return (np.datetime64(version) + 1).astype("datetime64[s]")
    return None
