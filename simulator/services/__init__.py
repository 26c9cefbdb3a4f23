"""The servers that play departments: one module or package per service, found by its name.

Each has a class ``Server`` made from ``base.Service``. Dropping a module in here is enough.
"""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

from simulator.services.base import ServerError, Service, State

HELPERS = ("base",)


def names() -> list[str]:
    """Return the services there are."""
    return sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name not in HELPERS and m.name[0] != "_")


def make(name: str, home: Path) -> Service:
    """Return the handle of a service for one simulator folder."""
    if name not in names():
        raise ServerError(f"{name}: no such service; there are {', '.join(names())}")
    server = importlib.import_module(f"{__name__}.{name}").Server
    return server(home / name, State(home / "state.json"), home / "logs")
