"""HTTP APIs of departments, all in one process, each below its silo's name.

A department's ``API["dialect"]`` names the module in here that speaks for it, ``usual`` where it names none: a
function ``make_app(folder) -> Starlette``. The process makes a silo's app anew when its files change.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import ClassVar

from simulator.services.base import ProcessService

_LOGIN = {
    "oauth": ("client_id", "client_secret"),
    "token": ("token",),
    "api_key": ("api_key",),
    "basic": ("user", "password"),
}


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
        "half_page",
        "page_twice",
        "cursor_stuck",
        "renamed_column",
        "extra_column",
        "retyped_column",
        "no_answer",
        "gzip_bomb",
        "too_fast",
        "clock_skew",
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
        """Return the address and what the API's kinds of login need."""
        path = self.folder / silo / "api.json"
        told = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        kinds = {told.get("auth"), *(rule.get("auth") for rule in told.get("resources", {}).values())}
        if told.get("dialect", "usual") == "towers":
            kinds = {"oauth"}
        client = self._client(silo)
        needed = [word for kind in kinds for word in _LOGIN.get(kind or "none", ())]
        url = f"http://127.0.0.1:{self.state.read()['api_port']}/{silo}"
        return {"url": url, **{word: client[word] for word in sorted(needed)}}

    def _client(self, silo: str) -> dict[str, str]:
        secret = self.state.secret(f"api_secret_{silo}")
        return {
            "client_id": "keqiao-emergency",
            "client_secret": secret,
            "token": secret,
            "api_key": secret,
            "user": "keqiao-emergency",
            "password": secret,
        }
