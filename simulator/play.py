"""Plays a script of faults and deliveries against departments that run: for tests of outages, late and corrected data.

A script is YAML: ``scenes``, a mapping of names to lists of steps. A step has one of

* ``wait: seconds``;
* ``fault: {silo: towers, name: bad_token}``, ``heal: towers`` (a fault on, all faults of a silo off);
* ``stop: api``, ``start: api`` (a whole service down and up again);
* ``advance: 3`` (days pass for all but those held), ``hold: water`` (its data stay as of today: a late or silent
  department), ``release: water`` (it sends all it held back);
* ``edit: {silo, table, do: correct|withdraw|resend, …}`` (see ``edits``).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from simulator import edits, running, services
from simulator.generate import Asked
from simulator.services.base import ServerError
from simulator.world import quarter_start

STEPS = ("wait", "fault", "heal", "stop", "start", "advance", "hold", "release", "edit")


def advance(home: Path, days: int, say: Callable[[str], None] = print) -> str:
    """Let ``days`` pass and return the new day; departments show what they know by then."""
    asked, silos = running.remembered(home / "simulator")
    if not asked.as_of:
        raise ServerError(
            f"the world of {asked.period} is shown to its end, no day is left; start it with: "
            f"python -m simulator up --period {asked.period} --as-of {quarter_start(asked.period) + 45}"
        )
    day = np.datetime64(asked.as_of, "D") + days
    last = quarter_start(asked.period, 1) + 30
    if day > last:
        raise ServerError(f"{day} lies after {last}, the last day of this world; start it with a later --period")
    running.up(home, replace(asked, as_of=str(day)), silos, say=say)
    return str(day)


def play(home: Path, script: Path, scenes: list[str] | None = None, say: Callable[[str], None] = print) -> None:
    """Play the scenes of ``script`` in their order, or only those named."""
    told = yaml.safe_load(script.read_text(encoding="utf-8"))["scenes"]
    unknown = [s for s in scenes or () if s not in told]
    if unknown:
        raise ServerError(f"{script}: no scene {', '.join(unknown)}; there are {', '.join(told)}")
    for scene in scenes or told:
        for number, step in enumerate(told[scene], 1):
            if len(step) != 1 or next(iter(step)) not in STEPS:
                raise ServerError(f"{script}: {scene}, step {number}: {step} is none of {', '.join(STEPS)}")
            word, value = next(iter(step.items()))
            say(
                f"{scene} {number}: {word} {value if not isinstance(value, dict) else json.dumps(value, ensure_ascii=False)}"
            )
            try:
                _step(home, word, value)
            except edits.EditError as error:
                raise ServerError(f"{script}: {scene}, step {number}: {error}") from error


def _step(home: Path, word: str, value: Any) -> None:
    folder = home / "simulator"
    quiet: Callable[[str], None] = lambda text: None  # noqa: E731
    if word == "wait":
        time.sleep(float(value))
    elif word == "fault":
        running.set_fault(folder, value["silo"], value["name"])
    elif word == "heal":
        running.set_fault(folder, value, None)
    elif word == "stop":
        services.make(value, folder).stop()
    elif word == "start":
        services.make(value, folder).start()
    elif word == "advance":
        advance(home, int(value), quiet)
    else:
        asked, silos = running.remembered(folder)
        running.up(home, _changed(asked, word, value), silos, say=quiet)


def _changed(asked: Asked, word: str, value: Any) -> Asked:
    if word == "hold":
        day = asked.as_of or str(quarter_start(asked.period, 1) + 30)
        return replace(asked, held=(*[h for h in asked.held if h[0] != value], (value, day)))
    if word == "release":
        return replace(asked, held=tuple(h for h in asked.held if h[0] != value))
    return replace(asked, edits=(*asked.edits, _text(value)))


def _text(edit: Mapping[str, Any]) -> str:
    edits.check(edit)
    return json.dumps(edit, ensure_ascii=False, sort_keys=True, default=str)
