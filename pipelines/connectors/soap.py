"""SOAP 1.1 services of the older exchange platforms to Arrow: paged queries whose answers are rows of XML.

Paging, proof and patience are those of ``http_json``; here belong the envelope, faults and reading XML. A
document type is refused before anything is read (no entity, no expansion, no file of ours), the answer is
bounded, and GBK declared in the XML is believed. No WSDL is read (docs/adr/0013).

A contract says ``source: <operation>`` or ``source: {operation: …, …}``, and for the whole silo ``soap:``
with the same words:

* ``path`` of the service (/services/exchange), ``namespace`` (urn:exchange), ``action`` of the SOAPAction
  header (``{namespace}`` and ``{operation}`` are put in), ``qualified: true`` where parameters carry the namespace;
* ``auth.kind``: ``none``, ``basic``, or ``header``: an element of the SOAP header (``element`` AuthInfo) with
  ``user`` and ``password`` as the names of its children;
* ``paging`` as in ``http_json``; default ``page`` with ``pageNo`` and ``pageSize``, ``first`` 1;
* ``answer``: local names of the elements that hold ``rows`` (rows: its children are the rows), ``total``,
  ``page``, ``count``, ``more``, ``code``, ``message``; ``ok``, the codes that mean success; ``inside``: the element
  whose text is another XML document with all of these;
* ``since`` and ``until`` (beginTime and endTime as ``%Y-%m-%d %H:%M:%S`` in the silo's time; null for none),
  ``params``, ``page_size``, ``per_second``, ``ignore``, ``short_pages`` as in ``http_json``.

A column's ``source`` is the local name of a row's child, ``a.b`` of a child's child, ``@a`` of an attribute; a
child that comes several times is joined by ``;``. ``xsi:nil`` is null, an empty element an empty text. The
connections file gives ``url``, ``user`` and ``password``, and the words of ``http_json`` for patience and limits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any, Self
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from pipelines.connectors.base import Delivery, Refusal, Sample, Since
from pipelines.connectors.http_json import delivered, sampled
from pipelines.connectors.http_json.agreed import PAGING_WORDS, Agreed, Moment, layer, moment
from pipelines.connectors.http_json.api import Body
from pipelines.connectors.web import Answer, Session, Try, address
from pipelines.errors import AnlanError, SourceError

if TYPE_CHECKING:
    from pipelines.contract import Contract, Table

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
PROLOG_BYTES = 64 * 1024
TREE_BYTES = 8 << 20
MAX_DEPTH = 16
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_WALL = "%Y-%m-%d %H:%M:%S"
_DECLARED = re.compile(r"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["'][^>]*\?>""")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_WORDS: dict[str, Any] = {
    "operation": "", "path": "/services/exchange", "namespace": "urn:exchange", "action": "{namespace}#{operation}",
    "qualified": False, "auth": {"kind": "none"}, "paging": {}, "answer": {}, "since": None, "until": None,
    "params": {}, "page_size": None, "per_second": None, "ignore": (), "short_pages": False,
}  # fmt: skip
_ANSWER = {
    "rows": "rows", "total": "total", "page": "pageNo", "count": None, "more": None, "code": "code",
    "message": "message", "ok": ["0"], "inside": None,
}  # fmt: skip


def deliveries(
    contract: Contract, table: Table, connection: dict[str, Any], since: Since
) -> Iterator[Delivery | Refusal]:
    """Yield the one delivery of ``table``: every page of its operation, one slice per page.

    ``file`` is the operation, ``part`` the page's number in this pull, ``numbers`` the position in the page
    from 1; ``source_rows`` the service's total.

    Raises ``SourceError`` when the server, the login, a page, the total or an element fails.
    """
    how, words = _agreed(contract, table)
    service = _Service(how, words, connection, _where(contract, table, words, connection))
    yield delivered("soap", words["operation"], contract, table, how, service, since)


def check(contract: Contract, table: Table, connection: dict[str, Any]) -> Sample:
    """Ask for one page and return what it shows; nothing is counted or proved."""
    how, words = _agreed(contract, table)
    return sampled(contract, table, how, _Service(how, words, connection, _where(contract, table, words, connection)))


def _where(contract: Contract, table: Table, words: dict[str, Any], connection: dict[str, Any]) -> str:
    where = f"{contract.silo}.{table.name}"
    needs = "url" if words["auth"]["kind"] == "none" else "url, user and password"
    _, shown = address(connection, where, needs)
    return f"{where} at {shown}{words['path']} {words['operation']}"


def _agreed(contract: Contract, table: Table) -> tuple[Agreed, dict[str, Any]]:
    """Return how the table is asked for, and the words that only SOAP has.

    Raises:
        AnlanError: with every fault of the two mappings at once.

    """
    own = {"operation": table.source} if isinstance(table.source, str) else dict(table.source or {})
    faults: list[str] = []
    words = layer("soap", _WORDS, {**(contract.raw.get("soap") or {}), **own}, faults)
    if not re.fullmatch(r"[A-Za-z_][\w.-]*", str(words["operation"])):
        faults.append(f"operation {words['operation']!r} is no name of an element")
    words["auth"] = {"kind": "none", **words["auth"]}
    if words["auth"]["kind"] not in ("none", "basic", "header"):
        faults.append(f"auth.kind {words['auth']['kind']!r} is none of none, basic, header")
    paging = {"kind": "page", **words["paging"]}
    kind = paging.pop("kind")
    if kind not in PAGING_WORDS:
        faults.append(f"paging.kind {kind!r} is none of {', '.join(PAGING_WORDS)}")
    else:
        usual = {"page": {"page": "pageNo", "size": "pageSize"}}.get(kind, {})
        paging = {"kind": kind, **layer("paging", {**PAGING_WORDS[kind], **usual}, paging, faults)}
    words["answer"] = layer("answer", _ANSWER, words["answer"], faults)
    words["answer"]["ok"] = [str(word).lower() for word in words["answer"]["ok"]]
    given = {**(contract.raw.get("soap") or {}), **own}
    since = None if given.get("since", 1) is None else moment(words["since"], Moment("beginTime", _WALL), faults)
    until = None if given.get("until", 1) is None else moment(words["until"], Moment("endTime", _WALL), faults)
    if faults:
        raise AnlanError(
            f"pipelines/silos/{contract.silo}/contract.yaml: {table.name}",
            "the agreement on the SOAP service cannot be used",
            "; ".join(faults),
            "mend soap: or source: in the contract",
        )
    size = own.get("page_size") or table.raw.get("page_size") or words["page_size"] or contract.page_size
    how = Agreed(
        path=str(words["path"]), zone=contract.time_zone, page_size=int(size), auth=words["auth"], paging=paging,
        answer=words["answer"], since=since, until=until,
        params={str(k): str(v) for k, v in words["params"].items()},
        per_second=words["per_second"], short_pages=bool(words["short_pages"]),
    )  # fmt: skip
    return how, words


class _Service:
    """One conversation: envelopes out, pages or clear errors back."""

    def __init__(self, how: Agreed, words: dict[str, Any], connection: dict[str, Any], where: str) -> None:
        self.how, self.words, self.connection, self.where = how, words, connection, where
        self.session = Session(connection, where, how.per_second)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.__exit__()

    def page(self, params: dict[str, str], what: str) -> Body:
        """Return one page; ``what`` names it in errors."""
        return self.session.patiently(lambda: self._page(params, what), what)

    def _envelope(self, params: dict[str, str]) -> bytes:
        """Return the request."""
        words, auth = self.words, self.words["auth"]
        prefix = "q:" if words["qualified"] else ""
        header = ""
        if auth["kind"] == "header":
            names = {"user": auth.get("user", "userName"), "password": auth.get("password", "password")}
            inner = "".join(f"<q:{n}>{escape(str(self.connection.get(w) or ''))}</q:{n}>" for w, n in names.items())
            element = auth.get("element", "AuthInfo")
            header = f"<e:Header><q:{element}>{inner}</q:{element}></e:Header>"
        inner = "".join(f"<{prefix}{name}>{escape(value)}</{prefix}{name}>" for name, value in params.items())
        return (
            f'<?xml version="1.0" encoding="utf-8"?><e:Envelope xmlns:e="{ENVELOPE}" xmlns:q={quoteattr(words["namespace"])}>'
            f"{header}<e:Body><q:{words['operation']}>{inner}</q:{words['operation']}></e:Body></e:Envelope>"
        ).encode()

    def _page(self, params: dict[str, str], what: str) -> Body:
        action = str(self.words["action"]).format(**{k: self.words[k] for k in ("namespace", "operation")})
        login: dict[str, Any] = {}
        if self.words["auth"]["kind"] == "basic":
            login["auth"] = (str(self.connection.get("user") or ""), str(self.connection.get("password") or ""))
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{action}"', "Accept": "text/xml"}
        envelope = self._envelope(params)
        answer = self.session.send("POST", self.words["path"], content=envelope, headers=headers, **login)
        if answer.status in (401, 403):
            raise self._refused(f"HTTP {answer.status}: {self.session.quote(answer.start())}", what)
        if not answer.content.strip():
            if answer.status == 500:
                raise self.session.fault(answer)
            raise Try(
                "the answer is empty",
                f"HTTP {answer.status} without a body",
                "ask the owner whether the operation still exists; no rows would be an empty list, not an empty answer",
            )
        return self._told(answer, what)

    def _refused(self, seen: str, what: str) -> SourceError:
        return SourceError(
            self.where,
            f"access refused for {what}",
            seen,
            "check user and password in the connections file; ask the owner whether the account has expired",
        )

    def _told(self, answer: Answer, what: str) -> Body:
        """Return the page in an answer, by the XML's own word on whether it is one."""
        words = self.words["answer"]
        found = self._read(answer, answer.content, words)
        if "faultstring" in found.told or "faultcode" in found.told:
            raise self._fault(found.told, what)
        if answer.status in (400, 500):
            raise self.session.fault(answer)
        inside = words["inside"]
        if inside:
            if inside not in found.told:
                raise Try(
                    f"the answer holds no {inside}",
                    f"elements {', '.join(list(found.told)[:8]) or 'none'} on {what}",
                    "ask the owner whether the service changed",
                )
            # as a text inside a text it has been decoded already, whatever it says of itself
            text = _DECLARATION.sub("", found.told[inside], count=1)
            found = self._read(answer, ("\ufeff" + text).encode(), words)
        told = found.told
        code = told.get(words["code"] or "", "").strip().lower()
        if words["code"] and code not in words["ok"]:
            raise Try(
                "the service reports an error in its answer",
                f"code {code or 'missing'}, message {self.session.quote(told.get(words['message'] or '', ''))!r} on {what}",
                "run `anlan pull` later; if it repeats, send code and message to the owner",
            )
        total = told.get(words["total"] or "", "").strip()
        if found.rows is None or (words["total"] and not total.isdecimal()):
            raise Try(
                "the answer is not a page: its rows or their total are missing",
                f"elements {', '.join(list(told)[:8]) or 'none'} on {what}",
                "ask the owner whether the service changed; an empty list of rows would mean none",
            )
        page, count = (told.get(words[name] or "", "").strip() for name in ("page", "count"))
        more = told.get(words["more"] or "")
        cursor = told.get(self.how.paging.get("next") or "", "").strip()
        return Body(
            rows=found.rows,
            total=int(total) if words["total"] else None,
            page=int(page) if page.isdecimal() else None,
            count=int(count) if count.isdecimal() else None,
            more=None if more is None else more.strip().lower() in ("true", "1", "yes", "y"),
            next=cursor or None,
        )

    def _fault(self, told: dict[str, str], what: str) -> AnlanError | Try:
        code, text = told.get("faultcode", ""), told.get("faultstring", "")
        seen = f"SOAP fault {self.session.quote(code) or 'without code'}: {self.session.quote(text)} on {what}"
        low = f"{code} {text}".lower()
        if any(word in low for word in ("auth", "login", "expired", "过期", "密码", "未授权", "令牌", "鉴权")):
            return self._refused(seen, what)
        if code.rpartition(":")[2].lower().startswith("client"):
            return SourceError(
                self.where, "the service refused the request", seen, "ask the owner whether the operation changed"
            )
        return Try("the service reports a fault", seen, "run `anlan pull` later; if it repeats, send this to the owner")

    def _read(self, answer: Answer, content: bytes, words: dict[str, Any]) -> _Found:
        try:
            return _found(_utf8(content, answer.headers.get("Content-Type", "")), words, self.where)
        except UnicodeError as error:
            raise SourceError(
                self.where,
                "the XML is not in the encoding it declares",
                str(error)[:200],
                "ask the owner to correct the encoding, or to send UTF-8",
            ) from None
        except (etree.XMLSyntaxError, expat.ExpatError) as error:
            if b"<html" in content[:1000].lower():
                raise Try(
                    "HTML came instead of XML",
                    f"HTTP {answer.status}, begins {answer.start()!r}",
                    "check the address; a login or proxy page may stand in the way",
                ) from None
            raise Try(
                "the XML is cut off or broken",
                f"{len(content)} bytes, {self.session.quote(error)}",
                "run `anlan pull` again; if it repeats, send this to the owner",
            ) from None


class _Found:
    """What an answer holds: ``told``, the text of every element outside the rows by its local name, and the rows."""

    def __init__(self) -> None:
        self.told: dict[str, str] = {}
        self.rows: list[Any] | None = None


def _utf8(content: bytes, content_type: str) -> bytes:
    """Return the document in UTF-8 without its declaration; what Chinese systems call GB2312 or GBK is GB 18030."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16")
    else:
        named = _DECLARED.match(content[:256].decode("latin-1"))
        charset = re.search(r"charset=[\"']?([\w.-]+)", content_type)
        name = (named.group(1) if named else charset.group(1) if charset else "utf-8").lower()
        if content.startswith(b"\xef\xbb\xbf"):
            name = "utf-8"
        name = "gb18030" if name in ("gbk", "gb2312", "gb_2312-80", "cp936", "gb18030") else name
        try:
            text = content.decode("utf-8-sig" if name in ("utf-8", "utf8") else name)
        except LookupError:
            raise UnicodeError(f"the encoding {name} is not known") from None
    return _DECLARATION.sub("", text, count=1).encode()


def _no_doctype(content: bytes, where: str) -> None:
    """Look at what stands before the first element; a document type is refused before anything else is read."""

    class Root(Exception):
        pass

    def root(*_: object) -> None:
        raise Root

    def doctype(*_: object) -> None:
        raise SourceError(
            where,
            "the answer carries a document type, which no exchange needs",
            "<!DOCTYPE with entities can fill the memory or read files",
            "do not open it; ask the owner where it came from",
        )

    parser = expat.ParserCreate("utf-8")
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = root
    try:
        parser.Parse(content[:PROLOG_BYTES], len(content) <= PROLOG_BYTES)
    except Root:
        return
    raise expat.ExpatError(f"no element in the first {PROLOG_BYTES} bytes")


def _found(content: bytes, words: dict[str, Any], where: str) -> _Found:
    """Read one document: a usual page as a tree, a large one element by element, letting go of each row once read."""
    _no_doctype(content, where)
    # without a document type the only bound that matters is that of the answer itself
    safe = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": True,
            "remove_comments": True, "remove_pis": True}  # fmt: skip
    found = _Found()
    if len(content) <= TREE_BYTES:
        _walk(etree.fromstring(content, etree.XMLParser(**safe)), words["rows"], found)
        return found
    place, rows_at = 0, 0
    for event, element in etree.iterparse(BytesIO(content), events=("start", "end"), **safe):
        if event == "start":
            place += 1
            if not rows_at and _local(element) == words["rows"]:
                rows_at, found.rows = place, []
            continue
        if rows_at and place == rows_at + 1:
            found.rows.append(_row(element))
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
        elif rows_at and place == rows_at:
            rows_at = -1
        elif (not rows_at or rows_at < 0) and not len(element):
            found.told.setdefault(_local(element), element.text or "")
        place -= 1
    return found


def _walk(root: Any, rows: str, found: _Found) -> None:
    """Fill ``found`` from a tree; not by recursion, because how deep it is its writer decides."""
    ahead = [root]
    while ahead:
        element = ahead.pop()
        if found.rows is None and _local(element) == rows:
            found.rows = [_row(child) for child in element]
        elif len(element):
            ahead.extend(reversed(element))
        else:
            found.told.setdefault(_local(element), element.text or "")


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2]


def _row(element: Any) -> Any:
    """Return a row's fields; a row without any is the text it is, and becomes a fault."""
    fields: dict[str, str | None] = {f"@{n.rpartition('}')[2]}": str(v) for n, v in element.attrib.items()}
    _collect(element, "", fields, 0)
    return fields if fields else (element.text or "").strip() or "an empty element"


def _collect(element: Any, prefix: str, fields: dict[str, str | None], depth: int) -> None:
    if depth > MAX_DEPTH:
        raise etree.XMLSyntaxError(f"elements nested more than {MAX_DEPTH} deep in a row", 0, 0, 0)
    for child in element:
        name = prefix + child.tag.rpartition("}")[2]
        value = child.text
        if len(child):
            _collect(child, f"{name}.", fields, depth + 1)
            continue
        if value is None and child.get(_NIL) not in ("true", "1"):
            value = ""
        known = fields.get(name)
        fields[name] = value if not known else f"{known};{value}" if value else known
