"""``python -m simulator up|down|status|fault``: the pretended departments, started and stopped."""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path

import yaml

from simulator import departments, load, play, running
from simulator.dirt import DirtRates
from simulator.generate import Asked
from simulator.services.base import ROOT, ServerError
from simulator.world import World, infa

SCENARIOS = {"in-fa": infa.PERIOD}


def default_home() -> Path:
    """Return ``ANLAN_HOME`` or ``data/`` in the checkout."""
    return Path(os.environ.get("ANLAN_HOME") or ROOT / "data").resolve()


def parser() -> argparse.ArgumentParser:
    """Return the commands and their options."""
    top = argparse.ArgumentParser(
        prog="python -m simulator", description="The pretended departments of 柯桥区 (330603)."
    )
    commands = top.add_subparsers(dest="command", required=True)
    made = {}
    for name, text in (
        ("up", "make what changed, start, wait, write the connections file"),
        ("down", "stop the servers"),
        ("status", "say what runs"),
        ("fault", "switch a fault of a silo on or off"),
        ("advance", "let days pass: departments that were started with --as-of show what is new"),
        ("play", "play a script of faults, outages, corrections, withdrawals, re-sends, late departments"),
        ("readings", "write rain readings by the million, no server needed"),
    ):
        made[name] = commands.add_parser(name, help=text)
        made[name].add_argument("--home", type=Path, default=None, help="data folder (ANLAN_HOME or data/)")
    up = made["up"]
    up.add_argument("--period", default=None, help="the last quarter, as 2026Q3 (the default)")
    up.add_argument("--quarters", type=int, default=None, help="how many quarters up to the period (4; a scenario 1)")
    up.add_argument("--scenario", choices=tuple(SCENARIOS), default=None, help="in-fa: typhoon 烟花, 2021Q3")
    up.add_argument("--seed", type=int, default=330603)
    up.add_argument("--scale", type=float, default=1.0)
    up.add_argument("--as-of", default="", help="show only what was known by this day, as 2026-09-01")
    up.add_argument("--rates", type=Path, default=None, help="a YAML file of dirt rates (fields of DirtRates)")
    up.add_argument("--dirt", type=float, default=1.0, help="all rates times this; 0 for clean data")
    up.add_argument("--silos", default=None, help="only these, joined by commas")
    up.add_argument("--connections", type=Path, default=None)
    made["readings"].add_argument("--rows", type=int, default=10_000_000)
    made["readings"].add_argument("--out", type=Path, required=True, help="folder for the files")
    made["readings"].add_argument("--form", choices=load.FORMS, default="parquet")
    made["readings"].add_argument("--seed", type=int, default=330603)
    made["readings"].add_argument("--period", default="2026Q3")
    made["advance"].add_argument("--days", type=int, default=1)
    made["play"].add_argument("script", type=Path)
    made["play"].add_argument("scenes", nargs="*", help="only these scenes")
    made["fault"].add_argument("silo")
    made["fault"].add_argument("fault", help="a fault's name, or none")
    return top


def main(words: list[str] | None = None) -> int:
    """Run one command; 0 done, 1 failed or not running, 2 wrong usage."""
    commands = parser()
    options = commands.parse_args(words)
    home = (options.home or default_home()).resolve()
    folder = home / "simulator"
    try:
        if options.command == "up":
            asked, silos = answers(commands, options)
            running.up(home, asked, silos, options.connections)
            return 0
        if options.command == "readings":
            if options.rows < 1:
                commands.error(f"--rows {options.rows}: must be 1 or more")
            told = load.write(options.out, options.rows, options.form, World(options.seed, options.period), 0.001)
            each = told["rows"] / max(told["seconds"], 0.01)
            print(
                f"{told['rows']:,} readings in {told['files']} files, {told['bytes'] / 1e6:,.1f} MB, "
                f"{told['seconds']:.1f} s ({each:,.0f} a second): {options.out}"
            )
            return 0
        if options.command == "advance":
            print(f"simulator: it is {play.advance(home, options.days)} 今天是")
            return 0
        if options.command == "play":
            play.play(home, options.script, options.scenes or None)
            return 0
        if options.command == "down":
            running.down(folder)
            return 0
        if options.command == "fault":
            if options.silo not in departments.names():
                commands.error(f"{options.silo}: no such silo; there are {', '.join(departments.names())}")
            running.set_fault(folder, options.silo, None if options.fault == "none" else options.fault)
            print(f"{options.silo} fault 故障: {options.fault}")
            return 0
        return 0 if running.status(folder) else 1
    except ServerError as error:
        print(f"simulator: {error}", file=sys.stderr)
        return 1


def answers(commands: argparse.ArgumentParser, options: argparse.Namespace) -> tuple[Asked, list[str] | None]:
    """Return what ``up`` was asked for, or leave with a word of what is wrong."""
    scenario = options.scenario or ""
    period = options.period or SCENARIOS.get(scenario, "2026Q3")
    quarters = options.quarters or (1 if scenario else 4)
    if not re.fullmatch(r"[0-9]{4}Q[1-4]", period):
        commands.error(f"--period {period}: not a quarter; write it as 2026Q3")
    if scenario and period != SCENARIOS[scenario]:
        commands.error(f"--period {period}: the scenario {scenario} is of {SCENARIOS[scenario]}; leave --period away")
    if not 0 < options.scale <= 1000:
        commands.error(f"--scale {options.scale}: must be above 0 and at most 1000")
    if not 1 <= quarters <= 40:
        commands.error(f"--quarters {quarters}: must be from 1 to 40")
    if options.as_of and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", options.as_of):
        commands.error(f"--as-of {options.as_of}: not a day; write it as 2026-09-01")
    silos = sorted(options.silos.split(",")) if options.silos else None
    unknown = set(silos or ()) - set(departments.names())
    if unknown:
        there = ", ".join(departments.names())
        commands.error(f"--silos {', '.join(sorted(unknown))}: no such silo; there are {there}")
    rates = dirt_rates(commands, options.rates, options.dirt)
    return Asked(options.seed, period, options.scale, quarters, options.as_of, scenario, rates), silos


def dirt_rates(commands: argparse.ArgumentParser, path: Path | None, factor: float) -> DirtRates:
    """Return the rates of ``path`` (those it names, else the usual ones) times ``factor``."""
    said = yaml.safe_load(path.read_text(encoding="utf-8")) or {} if path else {}
    known = DirtRates.__dataclass_fields__
    wrong = [f"{k}: {v}" for k, v in said.items() if k not in known or not 0 <= float(v) <= 1]
    if wrong:
        commands.error(f"--rates {path}: {'; '.join(wrong)}; a rate is a share from 0 to 1, named as in DirtRates")
    if factor < 0:
        commands.error(f"--dirt {factor}: must be 0 or more")
    return DirtRates(**said).scaled(factor)
