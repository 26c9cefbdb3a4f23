"""``python -m simulator up|down|status|fault``: the pretended departments, started and stopped."""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path

from simulator import departments, running
from simulator.generate import Asked
from simulator.services.base import ROOT, ServerError


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
    ):
        made[name] = commands.add_parser(name, help=text)
        made[name].add_argument("--home", type=Path, default=None, help="data folder (ANLAN_HOME or data/)")
    up = made["up"]
    up.add_argument("--period", default="2026Q3", help="the last quarter, as 2026Q3")
    up.add_argument("--quarters", type=int, default=4, help="how many quarters up to the period")
    up.add_argument("--seed", type=int, default=330603)
    up.add_argument("--scale", type=float, default=1.0)
    up.add_argument("--as-of", default="", help="show only what was known by this day, as 2026-09-01")
    up.add_argument("--silos", default=None, help="only these, joined by commas")
    up.add_argument("--connections", type=Path, default=None)
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
    if not re.fullmatch(r"[0-9]{4}Q[1-4]", options.period):
        commands.error(f"--period {options.period}: not a quarter; write it as 2026Q3")
    if not 0 < options.scale <= 1000:
        commands.error(f"--scale {options.scale}: must be above 0 and at most 1000")
    if not 1 <= options.quarters <= 40:
        commands.error(f"--quarters {options.quarters}: must be from 1 to 40")
    if options.as_of and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", options.as_of):
        commands.error(f"--as-of {options.as_of}: not a day; write it as 2026-09-01")
    silos = sorted(options.silos.split(",")) if options.silos else None
    unknown = set(silos or ()) - set(departments.names())
    if unknown:
        commands.error(
            f"--silos {', '.join(sorted(unknown))}: no such silo; there are {', '.join(departments.names())}"
        )
    asked = Asked(options.seed, options.period, options.scale, options.quarters, options.as_of)
    return asked, silos
