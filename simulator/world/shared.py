"""A property of the district that is made once and that all departments see."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

FACTS = Path(__file__).resolve().parents[1] / "facts"


class shared(cached_property):
    """Computed once on the world itself, also when a department's view asks first.

    Its maker draws from the world's own streams; a department's view has streams of its own, so that the order in
    which departments ask moves nothing.
    """

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """Return the value of the world that ``instance`` is a view of."""
        return self if instance is None else super().__get__(instance.root or instance, owner)
