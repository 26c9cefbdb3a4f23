"""The tower company's open API: pages, tokens, a rate limit, an error inside HTTP 200, and faults on demand.

Pages are slices of files made beforehand, so a page costs one copy. The client's id and secret are read from
``FOLDER/client.json``, the resources and their largest pages from ``FOLDER/api.json``.
"""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import time
from pathlib import Path

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.services.api.running import Resource, Running, answer

TOKEN_SECONDS = 120
CALLS_PER_SECOND = 30


class Towers(Running):
    """The state of the running service, and which first errors were given."""

    def __init__(self, folder: Path, rate: float = CALLS_PER_SECOND, token_seconds: float = TOKEN_SECONDS) -> None:
        super().__init__(folder, rate, token_seconds)
        known = json.loads((folder / "api.json").read_text(encoding="utf-8"))["resources"]
        self.pages = {name: rule["page"] for name, rule in known.items()}
        self.resources = {name: Resource(folder, name) for name in known}
        self.stumbled: set[str] = set()

    async def token(self, request: Request) -> Response:
        """Give a token for the client's id and secret (form, JSON or Basic)."""
        given: dict = {}
        body = await request.body()
        if request.headers.get("content-type", "").startswith("application/json"):
            try:
                given = orjson.loads(body or b"{}")
            except orjson.JSONDecodeError:
                return answer({"code": 40000, "message": "请求体不是 JSON"}, 400)
        elif body:
            given = dict(await request.form())
        scheme, _, word = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            name, _, secret = base64.b64decode(word).decode().partition(":")
            given = {**given, "client_id": name, "client_secret": secret}
        if (given.get("client_id"), given.get("client_secret")) != (
            self.client["client_id"],
            self.client["client_secret"],
        ):
            return answer({"code": 40100, "message": "client_id 或 client_secret 不正确"}, 401)
        if given.get("grant_type", "client_credentials") != "client_credentials":
            return answer({"code": 40002, "message": "grant_type 只支持 client_credentials"}, 400)
        return answer(
            {
                "code": 0,
                "message": "ok",
                "access_token": self.new_token(),
                "token_type": "bearer",
                "expires_in": int(self.token_seconds),
            }
        )

    async def rows(self, request: Request) -> Response:
        """Give one page of a resource."""
        name = request.path_params["resource"]
        fault = self.fault()
        token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        if fault == "bad_token" or self.tokens.get(token, 0.0) < time.monotonic():
            return answer({"code": 40101, "message": "token 无效或已过期"}, 401)
        if not self.take():
            return answer({"code": 42900, "message": "请求过于频繁"}, 429, {"Retry-After": "1"})
        if name not in self.resources:
            return answer({"code": 40400, "message": f"没有资源 {name}"}, 404)
        try:
            page, size = int(request.query_params.get("page", 1)), int(request.query_params.get("size", 1000))
            since = int(request.query_params.get("since_ms") or 0)
            until = int(request.query_params.get("until_ms") or 0)
        except ValueError:
            return answer({"code": 40001, "message": "page、size、since_ms 须为整数"})
        if page < 1 or not 1 <= size <= self.pages[name]:
            return answer({"code": 40001, "message": f"page 从 1 起，size 上限 {self.pages[name]}"})
        if fault == "slow":
            await asyncio.sleep(3)
        if fault == "not_json":
            return Response("<html><body>系统维护中</body></html>", media_type="text/html")
        stumble = name == "heartbeats" and page == 2 and token not in self.stumbled
        if stumble or (fault == "error_forever" and name == "heartbeats"):
            self.stumbled.add(token)
            return answer({"code": 50001, "message": "系统繁忙"})
        total, rows = self.resources[name].page(since, page, size, until)
        if fault == "page_missing" and name == "heartbeats" and page == 2:
            rows = b""
        if fault == "total_wrong" and name == "heartbeats":
            total += 7
        body = b'{"code":0,"message":"ok","total":%d,"page":%d,"data":[%b]}' % (total, page, rows)
        headers = {}
        if "gzip" in request.headers.get("accept-encoding", "") and len(body) > 2000:
            body, headers = gzip.compress(body, 1), {"Content-Encoding": "gzip"}
        return Response(body, media_type="application/json", headers=headers)


def make_app(folder: Path, **options: float) -> Starlette:
    """Return the service over the rows in ``folder``."""
    towers = Towers(folder, **options)

    async def health(request: Request) -> Response:
        return answer({"code": 0, "message": "ok"})

    return Starlette(
        routes=[
            Route("/health", health),
            Route("/oauth/token", towers.token, methods=["POST"]),
            Route("/api/v1/{resource}", towers.rows),
        ]
    )
