"""``python -m simulator up|down|status|fault``: the pretended departments, started and stopped."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import sys
import threading
import time
from pathlib import Path

import yaml
from filelock import FileLock

from simulator.api import FAULTS
from simulator.generate import generate
from simulator.servers import Api, Postgres, ServerError, State

ROOT = Path(__file__).resolve().parent.parent


def default_home() -> Path:
    """Return ``ANLAN_HOME`` or ``data/`` in the checkout."""
    return Path(os.environ.get("ANLAN_HOME") or ROOT / "data").resolve()


def main(words: list[str] | None = None) -> int:
    """Run one command; 0 done, 1 failed or not running, 2 wrong usage."""
    parser = argparse.ArgumentParser(
        prog="python -m simulator", description="The pretended departments of 柯桥区 (330603)."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("up", "generate if needed, start, wait, write the connections file"),
        ("down", "stop the servers"),
        ("status", "say what runs"),
        ("fault", "switch a fault of the tower API on or off"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("--home", type=Path, default=None, help="data folder (ANLAN_HOME or data/)")
        if name == "up":
            command.add_argument("--period", default="2026Q3")
            command.add_argument("--seed", type=int, default=330603)
            command.add_argument("--scale", type=float, default=1.0)
            command.add_argument("--connections", type=Path, default=None)
            command.add_argument("--fault", choices=FAULTS, default=None)
        if name == "fault":
            command.add_argument("fault", choices=(*FAULTS, "none"))
    options = parser.parse_args(words)
    home = (options.home or default_home()).resolve()
    folder = home / "simulator"
    if options.command == "up":
        if not re.fullmatch(r"[0-9]{4}Q[1-4]", options.period):
            parser.error(f"--period {options.period}: not a quarter; write it as 2026Q3")
        if not 0 < options.scale <= 20:
            parser.error(f"--scale {options.scale}: must be above 0 and at most 20")
    try:
        if options.command == "up":
            return up(home, options.period, options.seed, options.scale, options.connections, options.fault)
        if options.command == "down":
            return down(folder)
        if options.command == "fault":
            set_fault(folder, options.fault)
            print(f"tower API fault 故障: {options.fault}")
            return 0
        return status(folder)
    except ServerError as error:
        print(f"simulator: {error}", file=sys.stderr)
        return 1


def set_fault(folder: Path, fault: str | None) -> None:
    """Switch a fault of the tower API; it works from the next request on."""
    path = folder / "towers" / "fault"
    if fault in (None, "none"):
        path.unlink(missing_ok=True)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(fault, encoding="utf-8")


def parts(folder: Path) -> tuple[State, Postgres, Api]:
    """Return the handles of one home's servers."""
    state = State(folder / "state.json")
    return state, Postgres(folder / "postgres", state), Api(folder / "towers", state, folder / "logs" / "towers.log")


def up(
    home: Path,
    period: str = "2026Q3",
    seed: int = 330603,
    scale: float = 1.0,
    connections: Path | None = None,
    fault: str | None = None,
) -> int:
    """Make data if needed, start what does not run, write the connections file."""
    folder = home / "simulator"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "lock"):
        begun = time.perf_counter()
        state, postgres, api = parts(folder)
        first: list[BaseException] = []

        def init() -> None:
            try:
                postgres.init()
                postgres.start()
            except BaseException as error:
                first.append(error)

        thread = None
        if not postgres.data.exists() or not state.read().get("postgres_password"):
            # an empty server is made while the data are
            thread = threading.Thread(target=init)
            thread.start()
        try:
            made = generate(folder, seed, period, scale, say=lambda text: print(f"  {text}", flush=True))
        finally:
            if thread:
                thread.join()
        if first:
            raise first[0]
        mark = hashlib.sha256(json.dumps(made["identity"], sort_keys=True).encode()).hexdigest()
        set_fault(folder, fault)
        running = postgres.running() and api.running()
        fresh = made["fresh"] or state.read().get("loaded") != mark
        if running and not fresh:
            print("simulator: already up and healthy 已在运行")
        else:
            if fresh or not api.running():
                api.stop()
                api.launch()
            postgres.start()
            if fresh:
                postgres.load(folder / "served", mark)
            api.wait()
        path = write_connections(home, connections, seed, postgres, state)
        show(state, made, path, time.perf_counter() - begun)
    return 0


def write_connections(home: Path, target: Path | None, seed: int, postgres: Postgres, state: State) -> Path:
    """Write the connections file and the key that hashes people; paths are relative to the file when inside the home."""
    path = (target or home / "connections.yaml").resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = home / "simulator"

    def name(place: Path) -> str:
        return str(place.relative_to(path.parent)) if place.is_relative_to(path.parent) else str(place)

    key = folder / "identity.key"
    if not key.exists():
        # pretended people need no secret: the same seed gives the same hashes on every machine
        key.touch(mode=0o600)
        key.write_text(hashlib.sha256(f"anlan simulator {seed}".encode()).hexdigest() + "\n", encoding="utf-8")
    now = state.read()
    body = {
        "identity_key_file": name(key),
        "silos": {
            "police": {"url": postgres.url("police")},
            "water": {"url": postgres.url("water")},
            "towers": {
                "url": f"http://127.0.0.1:{now['api_port']}",
                "client_id": now["client_id"],
                "client_secret": now["client_secret"],
            },
            "enforcement": {"path": name(folder / "drop" / "enforcement")},
        },
    }
    path.touch(mode=0o600)
    path.write_text(yaml.safe_dump(body, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def show(state: State, made: dict, connections: Path, seconds: float) -> None:
    """Print what runs and what it holds."""
    now, rows = state.read(), made["rows"]
    asked = made["identity"]
    print(f"simulator: {asked['period']}, seed {asked['seed']}, scale {asked['scale']:g}; ready in {seconds:.1f} s")
    print(
        f"  police 公安       PostgreSQL 127.0.0.1:{now['postgres_port']}/police      {sum(rows['police'].values()):>9,} rows"
    )
    print(
        f"  water 水利        PostgreSQL 127.0.0.1:{now['postgres_port']}/hydrology   {sum(rows['water'].values()):>9,} rows"
    )
    print(
        f"  towers 铁塔       HTTP API   127.0.0.1:{now['api_port']}             {sum(rows['towers'].values()):>9,} rows"
    )
    print(f"  enforcement 执法  files      {sum(rows['enforcement'].values()):>9,} rows")
    print(f"  connections 连接  {connections}")


def down(folder: Path) -> int:
    """Stop both servers."""
    if not (folder / "state.json").exists():
        print("simulator: nothing was started here 未启动")
        return 0
    with FileLock(folder / "lock"):
        _, postgres, api = parts(folder)
        api.stop()
        postgres.stop()
    print("simulator: stopped 已停止")
    return 0


def status(folder: Path) -> int:
    """Say what runs; 1 when something that should does not."""
    if not (folder / "state.json").exists():
        print("simulator: nothing was started here 未启动; start with: python -m simulator up")
        return 1
    state, postgres, api = parts(folder)
    now, ok = state.read(), True
    for label, server, port in (
        ("PostgreSQL", postgres, now.get("postgres_port")),
        ("tower API", api, now.get("api_port")),
    ):
        runs = server.running()
        ok &= runs
        print(
            f"  {label:<11} port {port}: {'runs 运行中' if runs else 'does not run 未运行; start with: python -m simulator up'}"
        )
    return 0 if ok else 1
