"""The process that answers for all APIs: ``python -m simulator.services.api.app FOLDER PORT``."""

from __future__ import annotations

import importlib
import json
import sys
from email.utils import formatdate
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Silos:
    """Hands a request to the app of its silo; ``client.json`` is written last, so its time tells what is new."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.apps: dict[str, tuple[int, ASGIApp]] = {}

    def app(self, silo: str) -> ASGIApp | None:
        """Return the app of ``silo``, made anew when its files were."""
        mark = self.folder / silo / "client.json"
        if not mark.is_file():
            return None
        at = mark.stat().st_mtime_ns
        if self.apps.get(silo, (0, None))[0] != at:
            dialect = json.loads((self.folder / silo / "api.json").read_text(encoding="utf-8")).get("dialect", "usual")
            module = importlib.import_module(f"simulator.services.api.{dialect}")
            self.apps[silo] = (at, module.make_app(self.folder / silo))
        return self.apps[silo][1]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        silo, _, rest = scope["path"].removeprefix(scope.get("root_path", "")).lstrip("/").partition("/")
        app = self.app(silo) if silo.isidentifier() else None
        if app is None:
            await JSONResponse({"message": f"没有接口 {silo}"}, 404)(scope, receive, send)
            return

        async def dated(message: Message) -> None:
            """Add our clock's time unless the app told another one."""
            if message["type"] == "http.response.start" and not any(n == b"date" for n, _ in message["headers"]):
                message["headers"].append((b"date", formatdate(usegmt=True).encode()))
            await send(message)

        await app({**scope, "path": f"/{rest}", "raw_path": f"/{rest}".encode(), "root_path": ""}, receive, dated)


def make_app(folder: Path) -> Starlette:
    """Return the service over all silos in ``folder``."""

    async def health(request: Request) -> JSONResponse:
        return JSONResponse({"code": 0, "message": "ok"})

    return Starlette(routes=[Route("/health", health), Mount("/", Silos(folder))])


if __name__ == "__main__":
    import uvicorn

    uvicorn.run(
        make_app(Path(sys.argv[1])), host="127.0.0.1", port=int(sys.argv[2]), log_level="warning", access_log=False,
        date_header=False,
    )  # fmt: skip
