"""``make bench``: speed and size of the pipeline, each figure beside the bound it was given.

Every ratio compares two things done in the same process, in turns, best of three by CPU time. Whole runs
are children of this process, so that their peak memory is their own. ``--bare`` adds the first start on a
machine without an environment: a fresh clone, all downloads, to the end screen.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import stamina.instrumentation
from rich.console import Console
from rich.table import Table

from benchmarks import circle, evaluation, landing_cpu, landing_size, linkage, peers, provenance, ranks, ratings, whatif
from pipelines.settings import ROOT, Settings

_WATCH = """
import resource, runpy, sys, time
start = time.perf_counter()
sys.argv = ["anlan", *sys.argv[1:]]
try:
    runpy.run_module("pipelines.cli", run_name="__main__")
except SystemExit as e:
    code = e.code or 0
use = resource.getrusage(resource.RUSAGE_SELF)
print(f"\\nMEASURED {time.perf_counter() - start:.2f} {use.ru_utime + use.ru_stime:.2f} {use.ru_maxrss / 1e6:.3f} {code}")
"""


def anlan(home: Path, *arguments: str) -> tuple[float, float, float]:
    """Run the command in a child and return wall seconds, CPU seconds and peak memory in GB."""
    env = os.environ | {"ANLAN_HOME": str(home), "ANLAN_LANG": "en"}
    done = subprocess.run(
        [sys.executable, "-c", _WATCH, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    line = next((x for x in done.stdout.splitlines() if x.startswith("MEASURED")), None)
    if line is None or line.split()[4] != "0":
        raise SystemExit(f"anlan {' '.join(arguments)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    wall, cpu, peak = (float(x) for x in line.split()[1:4])
    return wall, cpu, peak


def bare() -> float:
    """Return the seconds of ``make run`` in a fresh clone without an environment."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "anlan"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        clone.parent.chmod(0o755)
        env = {k: v for k, v in os.environ.items() if not k.startswith(("ANLAN_", "VIRTUAL_ENV"))}
        started = time.perf_counter()
        done = subprocess.run(["make", "run"], cwd=clone, env=env, capture_output=True, text=True, check=False)
        taken = time.perf_counter() - started
        subprocess.run(["make", "stop"], cwd=clone, env=env, capture_output=True, check=False)
        if done.returncode:
            raise SystemExit(f"make run failed in the clone:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return taken


def keep(scale: str, rows: list[str]) -> None:
    """Write the table to docs/speed.md."""
    lines = [
        "# 速度与体积 · Speed and size", "",
        "<!-- made by `python -m benchmarks --write`; do not edit -->", "",
        "由 `make bench` 在同一次运行中测得；界限是对本项目提出的要求，未达到的照实标 ✗。机器之间只能比较倍数。",
        "Measured by `make bench` within one run. A bound is what was asked of the project; what misses it is marked ✗ as it is.",
        "Between machines only ratios compare.", "",
        f"规模 scale {scale}, {os.cpu_count()} cores.", "",
        "| 测量 · measure | 测得 · found | 界限 · bound | | |", "|---|---:|---:|---|---|", *rows,
    ]  # fmt: skip
    (ROOT / "docs" / "speed.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--bare", action="store_true", help="also time make run in a fresh clone, downloads included")
    parser.add_argument("--long", action="store_true", help="also land a hundred million rows")
    parser.add_argument(
        "--write", action="store_true", help="keep the table in docs/speed.md, the rows of linkage in docs/linkage.md"
    )
    parser.add_argument("--scale", default="1", help="scale of the pretended district")
    chosen = parser.parse_args()
    stamina.instrumentation.set_on_retry_hooks([])
    home = Path(tempfile.mkdtemp(prefix="anlan-bench-"))
    home.chmod(0o755)

    def simulator(*words: str, home: Path = home) -> None:
        command = [sys.executable, "-m", "simulator", *words, "--home", str(home)]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)

    made = Table(title=f"Anlan bench, scale {chosen.scale}, {os.cpu_count()} cores", title_justify="left", box=None)
    for name, side in (("measure", "left"), ("found", "right"), ("bound", "right"), ("", "left")):
        made.add_column(name, justify=side, no_wrap=True)  # type: ignore[arg-type]

    kept: list[str] = []

    def row(name: str, found: float, bound: float, unit: str, more: str = "") -> None:
        mark = "✓" if found <= bound else "✗"
        kept.append(f"| {name.strip()} | {found:.2f} {unit} | {bound:g} {unit} | {mark} | {more} |")
        made.add_row(name, f"{found:.2f} {unit}", f"{bound:g} {unit}", f"{mark} {more}")

    try:
        simulator("up", "--scale", chosen.scale)
        wall, cpu, peak = anlan(home, "run")
        row("pipeline, first run", wall, 60, "s", f"{cpu:.1f} s CPU")
        row("  peak memory", peak, 2, "GB")
        wall, cpu, _ = anlan(home, "run")
        row("second run, nothing new", wall, 20, "s", f"{cpu:.1f} s CPU")
        wall, cpu, _ = anlan(home, "pull")
        row("a day with nothing new, all silos", wall, 10, "s", f"{cpu:.1f} s CPU")
        index = provenance.measure(Settings.load(home=home))
        row(
            "index from core rows to landed rows", 100 * index["share"], 5, "%",
            f"{index['bytes'] / 1e6:.2f} MB for {index['rows']:,} pairs; landed rows {index['landed_bytes'] / 1e6:.1f} MB",
        )  # fmt: skip
        for name, ours, theirs, same, rows in landing_cpu.measure(home):
            row(
                f"landing {name}, {rows:,} rows",
                ours / same,
                1.5,
                "×",
                f"{ours:.2f} s CPU against {same:.2f} bare writing the same Parquet; {ours / theirs:.2f}× bare and typed as it comes",
            )
        for name, ours, dlt, rows in peers.measure(home):
            row(f"landing {name} against dlt, {rows:,} rows", ours / dlt, 1, "×", f"{ours:.2f} s CPU against {dlt:.2f}")
        for rows in (1_000_000, 5_000_000, 10_000_000, *((100_000_000,) if chosen.long else ())):
            found = landing_size.apart("land", rows)
            row(f"memory of landing {rows:,} rows", found["peak"], 1, "GB", f"{found['cpu']:.1f} s CPU")
        found = landing_size.apart("door", 10_000_000)
        row(
            "door over 10,000,000 rows", found["ours"] / found["by_hand"], 1.5, "×",
            f"{found['ours']:.2f} s CPU against {found['by_hand']:.2f} by hand, {found['rules']} rules",
        )  # fmt: skip
        row("  peak memory", found["peak"], 2, "GB")
        started = time.perf_counter()
        simulator("readings", "--rows", "10000000", "--out", str(home / "readings"))
        row(
            "10,000,000 pretended readings", time.perf_counter() - started, 60, "s", "Parquet, start of Python included"
        )
        shutil.rmtree(home / "readings", ignore_errors=True)
        linked = linkage.measure(1_000_000, 200_000, 100_000)
        if chosen.write:
            linkage.keep(linked)
        for name, measured, bound, unit, more in (*linked, *circle.measure(), *ranks.measure()):
            row(name, measured, bound, unit, more)
        # last, for what this process held counts as the peak of its children
        row(*evaluation.measure(Settings.load(home=home)))
        row(*ratings.measure(Settings.load(home=home)))
        row(*whatif.measure(Settings.load(home=home)))
        large = home / "large"
        large.mkdir(mode=0o755)
        try:
            simulator("up", "--scale", "20", "--silos", landing_cpu.BIGGEST[1], home=large)
            for name, ours, _, same, rows in landing_cpu.measure(large, (landing_cpu.BIGGEST,), 1):
                row(
                    f"landing {name}, {rows:,} rows, the biggest silo at scale 20", ours / same, 1.5, "×",
                    f"{ours:.2f} s CPU against {same:.2f} bare writing the same Parquet",
                )  # fmt: skip
        finally:
            simulator("down", home=large)
            shutil.rmtree(large, ignore_errors=True)
        if chosen.bare:
            row("make run on a bare machine", bare(), 300, "s", "downloads included")
    finally:
        simulator("down")
        shutil.rmtree(home, ignore_errors=True)
    Console(width=250).print(made)
    if chosen.write:
        keep(chosen.scale, kept)


if __name__ == "__main__":
    main()
