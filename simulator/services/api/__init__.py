"""HTTP APIs of departments, all in one process, each below its silo's name.

A department's ``API["dialect"]`` names the module in here that speaks for it: a function
``make_app(folder) -> Starlette``. The process makes a silo's app anew when its files change.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import ClassVar

from simulator.services.base import ProcessService


class Server(ProcessService):
    """The process of ``app``."""

    protocol: ClassVar[str] = "http_json"
    module: ClassVar[str] = "simulator.services.api.app"
    faults: ClassVar[tuple[str, ...]] = (
        "page_missing",
        "total_wrong",
        "error_forever",
        "bad_token",
        "slow",
        "not_json",
    )

    def answers(self, port: int) -> bool:
        """Return whether the process answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=3) as reply:
                return reply.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def load(self, silos: list[str]) -> None:
        """Write each silo's client, then tell the process by the time of its files."""
        for silo in silos:
            path = self.folder / silo / "client.json"
            path.touch(mode=0o600)
            path.write_text(json.dumps(self._client(silo)), encoding="utf-8")

    def connection(self, silo: str) -> dict:
        """Return the address and the client's name and secret."""
        return {"url": f"http://127.0.0.1:{self.state.read()['api_port']}/{silo}", **self._client(silo)}

    def _client(self, silo: str) -> dict[str, str]:
        return {"client_id": "keqiao-emergency", "client_secret": self.state.secret(f"api_secret_{silo}")}
