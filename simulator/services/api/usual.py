"""An API as most departments' vendors write it: four ways to log in, four ways to page, faults on demand.

A department's ``API`` says, for the silo or for one of its ``resources``: ``auth`` (oauth, token, api_key, basic,
none), ``paging`` (page, offset, cursor, time), ``page`` (largest page), ``gzip``, ``per_second``, ``token_seconds``.
``GET /<anything>/<resource>`` takes, in epoch milliseconds, ``since_ms`` (excluded) and ``until_ms`` (excluded), by time
``from_ms`` (included) and ``to_ms`` (excluded), and answers ``{"code":0,"message":"ok",…,"data":[…]}`` with

* page: ``page``, ``size`` → ``total``, ``page``;
* offset: ``offset``, ``limit`` → ``total``;
* cursor: ``cursor``, ``limit`` → ``next_cursor``, ``has_more``, and no total;
* time: ``from_ms``, ``to_ms``, ``page``, ``size`` → ``total``, ``page``; both times are compulsory.
"""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import secrets
import time
from email.utils import formatdate
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.services.api.running import Resource, Running, answer

DEFAULTS = {"auth": "none", "paging": "page", "page": 5000, "gzip": False, "per_second": 50, "token_seconds": 120}
BOMB_BYTES = 200_000_000


class Usual(Running):
    """The running API of one silo: its resources, each with its rules, and its cursors."""

    def __init__(self, folder: Path) -> None:
        told = json.loads((folder / "api.json").read_text(encoding="utf-8"))
        common = {k: v for k, v in told.items() if k in DEFAULTS}
        every = {**DEFAULTS, **common}
        super().__init__(folder, float(every["per_second"]), float(every["token_seconds"]))
        self.rules = {n: {**every, **rule} for n, rule in told.get("resources", {}).items()}
        for path in folder.glob("*.offsets.npy"):
            self.rules.setdefault(path.name.removesuffix(".offsets.npy"), every)
        self.resources = {name: Resource(folder, name) for name in self.rules}
        self.offsets: dict[str, int] = {}

    async def token(self, request: Request) -> Response:
        """Give a token for the client's id and secret (form or Basic)."""
        given = dict(await request.form())
        scheme, _, word = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            given["client_id"], _, given["client_secret"] = base64.b64decode(word).decode().partition(":")
        if any(given.get(name) != self.client[name] for name in ("client_id", "client_secret")):
            return answer({"code": 40100, "message": "client_id 或 client_secret 不正确"}, 401)
        seconds = int(self.token_seconds)
        return answer({"code": 0, "access_token": self.new_token(), "token_type": "bearer", "expires_in": seconds})

    def knows(self, request: Request, kind: str) -> bool:
        """Say whether the request comes from our client."""
        _scheme, _, word = request.headers.get("authorization", "").partition(" ")
        if kind == "oauth":
            return self.tokens.get(word.strip(), 0.0) > time.monotonic()
        if kind == "token":
            return word.strip() == self.client["token"]
        if kind == "api_key":
            return self.client["api_key"] in (request.headers.get("x-api-key"), request.query_params.get("key"))
        if kind == "basic":
            try:
                return base64.b64decode(word).decode() == f"{self.client['user']}:{self.client['password']}"
            except ValueError:
                return False
        return True

    async def rows(self, request: Request) -> Response:
        """Give one page of a resource."""
        name, fault = request.path_params["resource"], self.fault()
        if name not in self.rules:
            return answer({"code": 40400, "message": f"没有资源 {name}"}, 404)
        rule = self.rules[name]
        if fault == "bad_token" or not self.knows(request, rule["auth"]):
            return answer({"code": 40101, "message": "凭证无效或已过期"}, 401)
        if fault == "too_fast" or not self.take():
            return answer({"code": 42900, "message": "请求过于频繁"}, 429, {"Retry-After": "1"})
        if fault == "slow":
            await asyncio.sleep(3)
        if fault == "not_json":
            return Response("<html><body>系统维护中</body></html>", media_type="text/html")
        if fault == "no_answer":
            return Response(b"", media_type="application/json")
        if fault == "error_forever":
            return answer({"code": 50001, "message": "系统繁忙"})
        if fault == "gzip_bomb":
            return Response(_bomb(), media_type="application/json", headers={"Content-Encoding": "gzip"})
        try:
            low, high, first, last, told = self._place(rule, self.resources[name], dict(request.query_params))
        except (ValueError, KeyError) as error:
            return answer({"code": 40001, "message": f"参数有误：{error}"})
        if fault == "page_missing" and last < high and first > low:
            last_shown, first_shown = first, first
        elif fault == "half_page" and last < high:
            first_shown, last_shown = first, first + (last - first) // 2
        elif fault == "page_twice" and first > low:
            first_shown, last_shown = low, low + last - first
        else:
            first_shown, last_shown = first, last
        if fault == "total_wrong" and "total" in told:
            told["total"] += 7
        if fault == "cursor_stuck" and told.get("next_cursor"):
            told["next_cursor"] = "stuck"
        r = self.resources[name]
        data = bytes(r.bytes[r.offsets[first_shown] : r.offsets[last_shown]]).rstrip(b",")
        if fault in ("renamed_column", "extra_column", "retyped_column"):
            data = _bent(data, fault)
        head = orjson.dumps({"code": 0, "message": "ok", **told})[:-1]
        body, headers = head + b',"data":[' + data + b"]}", {}
        if fault == "clock_skew":
            headers["Date"] = formatdate(time.time() + 7200, usegmt=True)
        if rule["gzip"] and "gzip" in request.headers.get("accept-encoding", ""):
            body = gzip.compress(body, 1)
            headers["Content-Encoding"] = "gzip"
        return Response(body, media_type="application/json", headers=headers)

    def _place(
        self, rule: dict[str, Any], resource: Resource, asked: dict[str, str]
    ) -> tuple[int, int, int, int, dict[str, Any]]:
        """Return the rows asked for (low, high), those of the page (first, last) and what the body tells."""
        kind, n = rule["paging"], len(resource.since)
        if kind == "time":
            low = int(np.searchsorted(resource.since, int(asked["from_ms"]), side="left"))
            high = int(np.searchsorted(resource.since, int(asked["to_ms"]), side="left"))
        else:
            since, until = int(asked.get("since_ms") or 0), int(asked.get("until_ms") or 0)
            low = int(np.searchsorted(resource.since, since, side="right")) if since else 0
            high = int(np.searchsorted(resource.since, until, side="left")) if until else n
        high = max(low, high)
        size = int(asked.get("limit") or asked.get("size") or 1000)
        if not 1 <= size <= rule["page"]:
            raise ValueError(f"每页 1 至 {rule['page']} 条")
        page = int(asked.get("page", 1))
        start = {"offset": int(asked.get("offset", 0)), "cursor": self._cursor(asked)}.get(kind, (page - 1) * size)
        first = min(low + max(0, start), high)
        last = min(first + size, high)
        told: dict[str, Any] = {}
        if kind == "cursor":
            if last < high:
                told["next_cursor"] = secrets.token_urlsafe(9)
                self.offsets[told["next_cursor"]] = last - low
            told["has_more"] = last < high
        else:
            told["total"] = high - low
        if kind in ("page", "time"):
            told["page"] = page
        return low, high, first, last, told

    def _cursor(self, asked: dict[str, str]) -> int:
        given = asked.get("cursor")
        if not given:
            return 0
        return self.offsets.setdefault(given, 0) if given == "stuck" else self.offsets[given]


def _bent(data: bytes, fault: str) -> bytes:
    """Return the rows with their last column renamed or retyped, or one more."""
    rows = orjson.loads(b"[" + data + b"]")
    for row in rows:
        last = list(row)[-1]
        if fault == "renamed_column":
            row[f"{last}New"] = row.pop(last)
        elif fault == "retyped_column":
            row[last] = {"value": row[last]}
        else:
            row["extraField"] = "x"
    return orjson.dumps(rows)[1:-1]


def _bomb() -> bytes:
    """Return a small gzip that unpacks to far more than any page."""
    return gzip.compress(b'{"code":0,"data":["' + b" " * BOMB_BYTES + b'"]}', 9)


def make_app(folder: Path) -> Starlette:
    """Return the API over the rows in ``folder``."""
    usual = Usual(folder)
    return Starlette(
        routes=[
            Route("/oauth/token", usual.token, methods=["POST"]),
            Route("/{base:path}/{resource}", usual.rows),
        ]
    )
