"""Brings the pretended departments up and down: makes what changed, starts what is needed, writes the connections."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from types import ModuleType

import yaml
from filelock import FileLock

from simulator import departments, services
from simulator.dirt import DirtRates
from simulator.generate import Asked, generate
from simulator.services.base import ServerError, Service, State

NAMES = {
    "postgres": "PostgreSQL",
    "mariadb": "MariaDB",
    "api": "HTTP API",
    "soap": "SOAP",
    "sftp": "SFTP",
    "s3": "S3",
    "mqtt": "MQTT",
    "folder": "files",
}


def needed(silos: list[str]) -> dict[str, list[str]]:
    """Return the services that ``silos`` need, each with its silos."""
    found: dict[str, list[str]] = {}
    for silo in silos:
        for service in departments.services_of(departments.load(silo)):
            found.setdefault(service, []).append(silo)
    return found


def up(
    home: Path,
    asked: Asked | None = None,
    silos: list[str] | None = None,
    connections: Path | None = None,
    say: Callable[[str], None] = print,
) -> Path:
    """Make data if needed, start what does not run, take in what is new; return the connections file."""
    asked = asked or Asked()
    folder = home / "simulator"
    folder.mkdir(parents=True, exist_ok=True)
    begun = time.perf_counter()
    with FileLock(folder / "lock"):
        wanted = silos or departments.names()
        plan = needed(wanted)
        servers = {name: services.make(name, folder) for name in plan}
        state = State(folder / "state.json")
        with ThreadPoolExecutor(max_workers=max(1, len(plan))) as pool:
            # servers start while the data are made
            was_up = {name: server.running() for name, server in servers.items()}
            starts = {name: pool.submit(server.start) for name, server in servers.items() if not was_up[name]}
            try:
                made = generate(folder, asked, wanted, say=lambda text: say(f"  {text}"))
            finally:
                _settle(starts)
            loaded: dict[str, dict[str, str]] = state.read().get("loaded", {})
            marks = {silo: made["silos"][silo]["mark"] for silo in wanted}
            work: dict[str, Future] = {}
            for name, owners in plan.items():
                new = [s for s in owners if loaded.get(name, {}).get(s) != marks[s]]
                if new:
                    work[name] = pool.submit(servers[name].load, new)
                loaded[name] = {**loaded.get(name, {}), **{s: marks[s] for s in new}}
            _settle(work)
        for name in set(state.read().get("services", [])) - set(plan):
            services.make(name, folder).stop()
        state.update(loaded=loaded, services=sorted(plan))
        remember(folder, asked, wanted)
        path = write_connections(home, connections, asked.seed, wanted, servers)
        if not made["fresh"] and not starts and not work:
            say("simulator: already up and healthy 已在运行")
        show(made, servers, path, time.perf_counter() - begun, say)
    return path


def _settle(work: dict[str, Future]) -> None:
    """Wait for all and name the services that failed."""
    failed = [f"{name}: {future.exception()}" for name, future in work.items() if future.exception()]
    if failed:
        raise ServerError("; ".join(failed))


def write_connections(
    home: Path, target: Path | None, seed: int, silos: list[str], servers: dict[str, Service]
) -> Path:
    """Write the connections file and the key that hashes people; paths are relative to the file when inside the home.

    A silo with one service is a flat mapping, one with several has a mapping per protocol.
    """
    path = (target or home / "connections.yaml").resolve()
    path.parent.mkdir(parents=True, exist_ok=True)

    def plain(mapping: dict) -> dict:
        return {k: _name(v, path.parent) if isinstance(v, Path) else v for k, v in mapping.items()}

    key = home / "simulator" / "identity.key"
    if not key.exists():
        # pretended people need no secret: the same seed gives the same hashes on every machine
        key.touch(mode=0o600)
        key.write_text(hashlib.sha256(f"anlan simulator {seed}".encode()).hexdigest() + "\n", encoding="utf-8")
    body: dict = {"identity_key_file": _name(key, path.parent), "silos": {}}
    for silo in silos:
        module = departments.load(silo)
        own = departments.services_of(module)
        many = {_protocol(module, servers[name]): plain(servers[name].connection(silo)) for name in own}
        body["silos"][silo] = next(iter(many.values())) if len(own) == 1 else many
    path.touch(mode=0o600)
    path.write_text(yaml.safe_dump(body, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def _protocol(module: ModuleType, server: Service) -> str:
    """Return the connector's name for a service; a department may say otherwise in ``PROTOCOLS``."""
    return getattr(module, "PROTOCOLS", {}).get(server.name, server.protocol)


def _name(place: Path, base: Path) -> str:
    place = place.resolve()
    return str(place.relative_to(base)) if place.is_relative_to(base) else str(place)


def show(
    made: dict, servers: dict[str, Service], connections: Path, seconds: float, say: Callable[[str], None]
) -> None:
    """Say what runs and what it holds."""
    asked = made["asked"]
    say(f"simulator: {asked.period}, seed {asked.seed}, scale {asked.scale:g}; ready in {seconds:.1f} s")
    for silo, facts in made["silos"].items():
        own = departments.services_of(departments.load(silo))
        label = " + ".join(NAMES.get(name, name) for name in own)
        say(f"  {silo:<12} {label:<16} {sum(facts['rows'].values()):>9,} rows")
    for name, server in servers.items():
        say(f"  {NAMES.get(name, name):<12} {server.where()}")
    say(f"  connections 连接  {connections}")


def down(folder: Path, say: Callable[[str], None] = print) -> None:
    """Stop all servers of one home."""
    if not (folder / "state.json").exists():
        say("simulator: nothing was started here 未启动")
        return
    with FileLock(folder / "lock"):
        for name in services.names():
            services.make(name, folder).stop()
    say("simulator: stopped 已停止")


def status(folder: Path, say: Callable[[str], None] = print) -> bool:
    """Say what runs; False when something that should does not."""
    state = State(folder / "state.json").read()
    if not state.get("services"):
        say("simulator: nothing was started here 未启动; start with: python -m simulator up")
        return False
    ok = True
    for name in state["services"]:
        server = services.make(name, folder)
        runs = server.running()
        ok &= runs
        word = "runs 运行中" if runs else "does not run 未运行; start with: python -m simulator up"
        say(f"  {NAMES.get(name, name):<12} {server.where()}: {word}")
    return ok


def faults(silo: str, folder: Path) -> dict[str, str]:
    """Return the faults that can be switched on for ``silo``, each with its service."""
    own = departments.services_of(departments.load(silo))
    return {word: name for name in own for word in services.make(name, folder).faults}


def set_fault(folder: Path, silo: str, name: str | None) -> None:
    """Switch one fault of ``silo`` on, or all of them off with None."""
    known = faults(silo, folder)
    if name is not None and name not in known:
        raise ServerError(f"{silo}: no fault {name}; there are {', '.join(sorted(known)) or 'none'}")
    for service in departments.services_of(departments.load(silo)):
        services.make(service, folder).fault(silo, name if name and known[name] == service else None)


def remember(folder: Path, asked: Asked, silos: list[str]) -> None:
    """Keep what was asked for, so that days can pass and edits be made later."""
    body = {"asked": asdict(asked), "silos": silos}
    (folder / "asked.json").write_text(json.dumps(body, ensure_ascii=False, indent=1), encoding="utf-8")


def remembered(folder: Path) -> tuple[Asked, list[str]]:
    """Return what the running departments were asked for, and which they are."""
    path = folder / "asked.json"
    if not path.exists():
        raise ServerError(f"{folder}: nothing was started here; run: python -m simulator up")
    told = json.loads(path.read_text(encoding="utf-8"))
    held = tuple((s, d) for s, d in told["asked"].pop("held"))
    rates = DirtRates(**told["asked"].pop("rates"))
    return Asked(**{**told["asked"], "edits": tuple(told["asked"]["edits"]), "held": held, "rates": rates}), told[
        "silos"
    ]
