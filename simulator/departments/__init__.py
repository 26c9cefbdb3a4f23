"""The pretended departments: one module or package per silo, found by its name.

Each has ``SERVICES`` (table name or ``"*"`` → service), ``build(world, rates, truth) -> list[Table]`` and, where
``simulator.publish`` has no usual way for its service, ``publish(out, tables, world)``. Dropping a module in
here is enough. A name that begins with an underscore is a helper shared by departments.
"""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from types import ModuleType


def names() -> list[str]:
    """Return the silos that can be played, in order of their names."""
    return sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))


def load(silo: str) -> ModuleType:
    """Return the department of ``silo``."""
    return importlib.import_module(f"{__name__}.{silo}")


def sources(silo: str) -> list[Path]:
    """Return the files that decide what the department of ``silo`` holds, helpers of all departments included."""
    here = Path(__file__).parent
    own = here / silo
    files = sorted(own.rglob("*.py")) if own.is_dir() else [here / f"{silo}.py"]
    return [*sorted(here.glob("_*.py")), *files]


def service_of(module: ModuleType, table: str) -> str:
    """Return the service that plays ``table``."""
    found = module.SERVICES.get(table) or module.SERVICES.get("*")
    if not found:
        raise LookupError(f'{module.__name__}: SERVICES names no service for {table}; add it, or "*"')
    return found


def services_of(module: ModuleType) -> list[str]:
    """Return all services the department needs."""
    return sorted(set(module.SERVICES.values()))
