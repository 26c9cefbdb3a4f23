"""The process that answers for all SOAP services: ``python -m simulator.services.soap.app FOLDER PORT``.

``<op xmlns="urn:exchange"><pageNo/><pageSize/><beginTime/><endTime/></op>`` gives
``<opResponse><code>0</code><message/><total/><pageNo/><rows><row>…</row></rows></opResponse>``. Times are Beijing
wall clocks; ``beginTime`` is included and ``endTime`` is not. What is unknown is ``xsi:nil``.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from datetime import datetime, timedelta
from email.utils import formatdate
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
import orjson
from lxml import etree
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.services.api.running import Resource

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
BEIJING = timedelta(hours=8)
BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {"abcdefghij"[i]} "{("&" + "abcdefghij"[i - 1] + ";") * 10}">' for i in range(1, 10))
    + "]>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY j SYSTEM "file:///etc/hostname">]>'


class Exchange:
    """The service of one silo."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        told = json.loads((folder / "api.json").read_text(encoding="utf-8"))
        self.auth, self.encoding = told.get("auth", "none"), told.get("encoding", "GBK")
        self.largest = int(told.get("page", 5000))
        tables = [path.name.removesuffix(".offsets.npy") for path in folder.glob("*.offsets.npy")]
        resources = {name: Resource(folder, name) for name in tables}
        self.operations = resources | {op: resources[t] for op, t in told.get("operations", {}).items()}
        self.timed = {name for name, rule in told.get("resources", {}).items() if rule.get("since")}
        self.timed |= {op for op, t in told.get("operations", {}).items() if t in self.timed}
        self.login = json.loads((folder / "login.json").read_text(encoding="utf-8"))

    def fault(self) -> str:
        """Return the fault that is switched on, or nothing."""
        path = self.folder / "fault"
        return path.read_text(encoding="utf-8").strip() if path.exists() else ""

    async def answer(self, content: bytes) -> Response:
        """Answer one envelope."""
        fault = self.fault()
        envelope = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
        body = envelope.find(f"{{{SOAP}}}Body")
        asked = body[0]
        operation = etree.QName(asked).localname
        words = {etree.QName(child).localname: child.text or "" for child in asked}
        if fault == "bad_login" or not self._knows(envelope):
            return self._fault("Client.Auth", "用户名或密码不正确，或账号已过期")
        if operation not in self.operations:
            return self._fault("Client", f"没有操作 {operation}")
        if fault == "slow":
            await asyncio.sleep(3)
        if fault == "server_fault":
            return self._fault("Server", "数据库连接池已满")
        if fault == "no_answer":
            return Response(b"", media_type="text/xml")
        if fault == "not_xml":
            return Response("<html><body><p>系统维护中</body></html>".encode(), media_type="text/html")
        if fault == "error_code":
            return self._response(operation, "<code>9</code><message>系统忙，请稍后再试</message>", fault)
        page, size = int(words.get("pageNo") or 1), int(words.get("pageSize") or 100)
        if not 1 <= size <= self.largest:
            return self._fault("Client", f"pageSize 须为 1 至 {self.largest}")
        total, rows = self._rows(operation, words, page, size, fault)
        told = f"<code>0</code><message>成功</message><total>{total}</total><pageNo>{page}</pageNo>"
        return self._response(operation, f"{told}<rows>{''.join(rows)}</rows>", fault)

    def _knows(self, envelope: Any) -> bool:
        if self.auth == "none":
            return True
        given = {etree.QName(e).localname: e.text for e in envelope.iterfind(f"{{{SOAP}}}Header/*/*")}
        return (given.get("userName"), given.get("password")) == (self.login["user"], self.login["password"])

    def _rows(self, operation: str, words: dict[str, str], page: int, size: int, fault: str) -> tuple[int, list[str]]:
        resource = self.operations[operation]
        low, high = 0, len(resource.since)
        if operation in self.timed:
            if words.get("beginTime"):
                low = int(np.searchsorted(resource.since, _epoch(words["beginTime"]), side="left"))
            if words.get("endTime"):
                high = max(low, int(np.searchsorted(resource.since, _epoch(words["endTime"]), side="left")))
        total = high - low
        first = min(low + (page - 1) * size, high)
        last = min(first + size, high)
        if fault == "page_missing" and page == 2:
            last = first
        if fault == "half_page":
            last = first + (last - first) // 2
        if fault == "page_twice" and page > 1:
            first, last = low, min(low + size, high)
        data = bytes(resource.bytes[resource.offsets[first] : resource.offsets[last]]).rstrip(b",")
        return total + 7 * (fault == "total_wrong"), [_row(row, fault) for row in orjson.loads(b"[" + data + b"]")]

    def _response(self, operation: str, inner: str, fault: str) -> Response:
        head = f'<?xml version="1.0" encoding="{self.encoding}"?>'
        head += {"entity_bomb": BOMB, "outside_entity": OUTSIDE}.get(fault, "")
        if fault in ("entity_bomb", "outside_entity"):
            inner = inner.replace("成功", "&j;")
        text = (
            f'{head}<soapenv:Envelope xmlns:soapenv="{SOAP}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
            f'<soapenv:Body><ns1:{operation}Response xmlns:ns1="urn:exchange">{inner}</ns1:{operation}Response>'
            "</soapenv:Body></soapenv:Envelope>"
        )
        content = text.encode("utf-8" if fault == "wrong_encoding" else self._codec(), "xmlcharrefreplace")
        if fault == "wrong_encoding":
            content += b"\xff\xff<!-- -->"
        if fault == "cut_off":
            content = content[: len(content) // 2]
        headers = {"Date": formatdate(time.time() + 7200, usegmt=True)} if fault == "clock_skew" else {}
        return Response(content, media_type=f"text/xml; charset={self.encoding}", headers=headers)

    def _codec(self) -> str:
        return "gb18030" if self.encoding.upper() in ("GBK", "GB2312", "GB18030") else self.encoding

    def _fault(self, code: str, text: str) -> Response:
        inner = f"<soapenv:Fault><faultcode>soapenv:{code}</faultcode><faultstring>{text}</faultstring></soapenv:Fault>"
        content = (
            f'<?xml version="1.0" encoding="utf-8"?><soapenv:Envelope xmlns:soapenv="{SOAP}">'
            f"<soapenv:Body>{inner}</soapenv:Body></soapenv:Envelope>"
        )
        return Response(content.encode(), 500, media_type="text/xml; charset=utf-8")


def _epoch(wall: str) -> int:
    at = datetime.strptime(wall, "%Y-%m-%d %H:%M:%S") - BEIJING
    return int((at - datetime(1970, 1, 1)).total_seconds() * 1000)


def _row(row: dict[str, Any], fault: str) -> str:
    if fault == "renamed_column":
        last = list(row)[-1]
        row[f"{last}_new"] = row.pop(last)
    if fault == "extra_column":
        row["bz2"] = "x"
    cells = [
        f'<{name} xsi:nil="true"/>' if value is None else f"<{name}>{escape(_word(value))}</{name}>"
        for name, value in row.items()
    ]
    return f"<row>{''.join(cells)}</row>"


def _word(value: Any) -> str:
    return "".join(c for c in str(value) if c >= " " or c in "\t\n\r")


class Silos:
    """Finds the service of a silo; ``login.json`` is written last, so its time tells what is new."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.known: dict[str, tuple[int, Exchange]] = {}

    async def post(self, request: Request) -> Response:
        """Answer one request."""
        silo = request.path_params["silo"]
        mark = self.folder / silo / "login.json"
        if not silo.isidentifier() or not mark.is_file():
            return Response("没有这个服务", 404)
        at = mark.stat().st_mtime_ns
        if silo not in self.known or self.known[silo][0] != at:
            self.known[silo] = at, Exchange(self.folder / silo)
        response = await self.known[silo][1].answer(await request.body())
        response.headers.setdefault("Date", formatdate(usegmt=True))
        return response


def make_app(folder: Path) -> Starlette:
    """Return the service over all silos in ``folder``."""
    return Starlette(routes=[Route("/{silo}/services/exchange", Silos(folder).post, methods=["POST"])])


if __name__ == "__main__":
    import uvicorn

    uvicorn.run(
        make_app(Path(sys.argv[1])), host="127.0.0.1", port=int(sys.argv[2]), log_level="warning", access_log=False,
        date_header=False,
    )  # fmt: skip
