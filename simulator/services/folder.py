"""Drop folders: the files lie where the owner can be said to have put them. Nothing runs."""

from __future__ import annotations

from typing import ClassVar

from simulator.services.base import Service


class Server(Service):
    """Folders of files; always there."""

    protocol: ClassVar[str] = "files"

    def running(self) -> bool:
        """Return True: files need nobody."""
        return True

    def start(self) -> None:
        """Make the folder."""
        self.folder.mkdir(parents=True, exist_ok=True)

    def load(self, silos: list[str]) -> None:
        """Take nothing in: what was published lies there already."""

    def stop(self) -> None:
        """Stop nothing: nothing runs."""

    def connection(self, silo: str) -> dict:
        """Return the folder."""
        return {"path": self.folder / silo}
