"""SOAP services of departments, all in one process, each at ``/<silo>/services/exchange``.

A department's ``API`` says ``auth`` (header or none), ``encoding`` (GBK), ``page`` (largest page) and, for each of its
``resources``, the column ``since`` compares with. An operation is named as its table, or by ``operations``
(``{operation: table}``).
"""

from __future__ import annotations

import json
from typing import ClassVar

from simulator.services.base import ProcessService


class Server(ProcessService):
    """The process of ``app``."""

    protocol: ClassVar[str] = "soap"
    module: ClassVar[str] = "simulator.services.soap.app"
    faults: ClassVar[tuple[str, ...]] = (
        "half_page",
        "page_twice",
        "page_missing",
        "total_wrong",
        "server_fault",
        "error_code",
        "bad_login",
        "entity_bomb",
        "outside_entity",
        "renamed_column",
        "extra_column",
        "cut_off",
        "wrong_encoding",
        "no_answer",
        "not_xml",
        "slow",
        "clock_skew",
    )

    def load(self, silos: list[str]) -> None:
        """Write each silo's login, then tell the process by the time of its files."""
        for silo in silos:
            path = self.folder / silo / "login.json"
            path.touch(mode=0o600)
            path.write_text(json.dumps(self._login(silo)), encoding="utf-8")

    def connection(self, silo: str) -> dict:
        """Return the address and the login."""
        return {"url": f"http://127.0.0.1:{self.state.read()['soap_port']}/{silo}", **self._login(silo)}

    def _login(self, silo: str) -> dict[str, str]:
        return {"user": "keqiao-emergency", "password": self.state.secret(f"soap_password_{silo}")}
