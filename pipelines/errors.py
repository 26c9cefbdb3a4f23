"""The errors people read. Each answers four questions: where, what was wrong, what we saw, what to do next.

Nothing here knows a silo or a rule. Messages quote keys and counts, never people.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class AnlanError(Exception):
    """A fault that stops one thing and says so in full.

    ``where`` names the silo, table, file, sheet or row; ``what`` the fault; ``seen`` the evidence;
    ``do`` the next step. ``exit_code`` is 1 for a fault in data or machines, 2 for a wrong call.
    """

    where: str
    what: str
    seen: str = ""
    do: str = ""
    exit_code: int = 1

    def __str__(self) -> str:
        parts = [f"{self.where}: {self.what}."]
        if self.seen:
            parts.append(f"Seen: {self.seen}.")
        if self.do:
            parts.append(f"Do: {self.do}.")
        return " ".join(parts)

    def as_dict(self) -> dict[str, str]:
        """Return the four answers as plain text, for a manifest, a check or a page."""
        return {"where": self.where, "what": self.what, "seen": self.seen, "do": self.do}


class UsageError(AnlanError):
    """Called with something that does not exist: an unknown silo, period or release. Exit code 2."""

    def __init__(self, where: str, what: str, seen: str = "", do: str = "") -> None:
        super().__init__(where, what, seen, do, exit_code=2)


class SourceError(AnlanError):
    """A department's system or file did not give what its contract promises; that silo or table waits."""


class BusyError(AnlanError):
    """Another run holds the landing or the warehouse."""
