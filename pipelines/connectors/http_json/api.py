"""Asking the API: who we are, and what an answer says before anybody looks at its rows."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any, Protocol, Self

from pipelines.connectors.http_json.agreed import Agreed
from pipelines.connectors.web import Answer, Session, Try
from pipelines.errors import SourceError


@dataclass(frozen=True)
class Body:
    """One page as the API told it. ``next`` is the cursor; None where the API said nothing."""

    rows: list[Any]
    total: int | None
    page: int | None
    count: int | None
    more: bool | None
    next: str | None


def dig(body: Any, path: str | None) -> Any:
    """Return what stands at a dotted ``path`` in ``body``, None when there is no such place."""
    if not path:
        return None
    if isinstance(body, dict) and path in body:
        return body[path]
    for name in path.split("."):
        if not isinstance(body, dict):
            return None
        body = body.get(name)
    return body


class Client(Protocol):
    """One conversation with a paged service, whatever its answers are written in."""

    where: str
    session: Session

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def page(self, params: dict[str, str], what: str) -> Body:
        """Return one page; ``what`` names it in errors."""


class Api:
    """One conversation: holds the token, renews it, and turns answers into pages or clear errors."""

    def __init__(self, agreed: Agreed, connection: dict[str, Any], where: str) -> None:
        self.agreed, self.connection, self.where = agreed, connection, where
        self.session = Session(connection, where, agreed.per_second)
        self.token = ""
        self.renew_at = 0.0
        self._needs()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.__exit__()

    def _needs(self) -> None:
        """Say at once which word of the connection is missing for this kind of login."""
        need = {"token": ("token",), "api_key": ("api_key",), "basic": ("user", "password")}
        missing = [word for word in need.get(self.agreed.auth["kind"], ()) if not self.connection.get(word)]
        if missing:
            raise SourceError(
                self.where,
                f"the connection lacks {' and '.join(missing)}",
                f"the contract agrees on auth {self.agreed.auth['kind']}",
                f"write {' and '.join(missing)} into the connections file",
            )

    def page(self, params: dict[str, str], what: str) -> Body:
        """Return one page; ``what`` names it in errors."""
        return self.session.patiently(lambda: self._page(params, what), what)

    def _login(self, *, renew: bool) -> dict[str, Any]:
        """Return the words of a request that say who asks."""
        auth = self.agreed.auth
        kind = auth["kind"]
        if kind == "oauth":
            self._ensure_token(renew=renew)
            return {"headers": {"Authorization": f"Bearer {self.token}"}}
        if kind == "token":
            prefix = str(auth.get("prefix", "Bearer"))
            value = f"{prefix} {self.connection['token']}".strip()
            return {"headers": {str(auth.get("header", "Authorization")): value}}
        if kind == "api_key":
            key = str(self.connection["api_key"])
            if auth.get("query"):
                return {"params": {str(auth["query"]): key}}
            return {"headers": {str(auth.get("header", "X-API-Key")): key}}
        if kind == "basic":
            return {"auth": (str(self.connection["user"]), str(self.connection["password"]))}
        return {}

    def _page(self, params: dict[str, str], what: str) -> Body:
        for fresh in (False, True):
            login = self._login(renew=fresh)
            headers = {"Accept": "application/json", **login.pop("headers", {})}
            query = {**params, **login.pop("params", {})}
            answer = self.session.send("GET", self.agreed.path, params=query, headers=headers, **login)
            if answer.status != 401 or self.agreed.auth["kind"] != "oauth":
                break
        if answer.status in (401, 403):
            raise self._refused(answer, what)
        return self._told(answer, what)

    def _refused(self, answer: Answer, what: str) -> SourceError:
        do = "ask the owner whether this client may read this table"
        if answer.status == 401 and self.agreed.auth["kind"] != "oauth":
            do = "the token or key is wrong or has expired: ask the owner for a new one, it is in the connections file"
        return SourceError(
            self.where,
            f"access refused for {what}",
            f"HTTP {answer.status}: {self.session.quote(answer.start())}",
            do,
        )

    def _told(self, answer: Answer, what: str) -> Body:
        """Return the page in an answer, by the body's own word on whether it is one."""
        body, words = self._read(answer), self.agreed.answer
        code = dig(body, words["code"])
        told = "" if code is None else str(code).lower()
        if words["code"] and told not in words["ok"]:
            if told.startswith("401"):
                self.renew_at = 0.0
            raise Try(
                "the API reports an error inside HTTP 200",
                f"code {code}, message {self.session.quote(dig(body, words['message']))!r} on {what}",
                "run `anlan pull` later; if it repeats, send code and message to the owner",
            )
        rows = body if not words["rows"] else dig(body, words["rows"])
        total = str(dig(body, words["total"]))
        if not isinstance(rows, list) or (words["total"] and not total.isdecimal()):
            fields = sorted(body)[:8] if isinstance(body, dict) else []
            raise Try(
                "the answer is not a page: total or data is missing"
                if words["total"]
                else "the answer is not a page: its rows are missing",
                f"fields {', '.join(fields) or 'none'} on {what}",
                "ask the owner whether the API changed; without its total nobody can prove the pull complete"
                if words["total"]
                else "ask the owner whether the API changed; an empty list would mean no rows, no list means no answer",
            )
        page, count = str(dig(body, words["page"])), str(dig(body, words["count"]))
        more = dig(body, words["more"])
        cursor = dig(body, self.agreed.paging.get("next"))
        return Body(
            rows=rows,
            total=int(total) if words["total"] else None,
            page=int(page) if page.isdecimal() else None,
            count=int(count) if count.isdecimal() else None,
            more=None if more is None else str(more).lower() in ("true", "1", "yes", "y"),
            next=str(cursor) if cursor not in (None, "", False) else None,
        )

    def _ensure_token(self, *, renew: bool = False) -> None:
        """Fetch a token when there is none, when it is about to expire, or when it was just refused."""
        if not renew and time.monotonic() < self.renew_at:
            return
        auth = self.agreed.auth
        client = str(self.connection.get("client_id") or ""), str(self.connection.get("client_secret") or "")
        form = {"grant_type": "client_credentials"}
        if auth.get("scope"):
            form["scope"] = str(auth["scope"])
        words: dict[str, Any] = {"auth": client} if auth.get("style") == "basic" else {}
        if not words:
            form |= {"client_id": client[0], "client_secret": client[1]}
        answer = self.session.send("POST", str(auth.get("token_path", "/oauth/token")), data=form, **words)
        if 400 <= answer.status < 500:
            raise SourceError(
                self.where,
                "the token service refused client id or secret",
                f"HTTP {answer.status}: {self.session.quote(answer.start())}",
                "check client_id and client_secret in the connections file",
            )
        body = self._read(answer)
        self.token = str(dig(body, str(auth.get("token_field", "access_token"))) or "")
        if not self.token:
            raise Try(
                "the token service gave no token",
                f"fields {', '.join(sorted(body)[:8]) or 'none'}",
                "check client_id and client_secret in the connections file",
            )
        self.session.secrets.add(self.token)
        lifetime = float(dig(body, "expires_in") or 300)
        # renewed a little early, so that no page is asked for with a token about to die
        self.renew_at = time.monotonic() + lifetime - min(30.0, lifetime * 0.2)

    def _read(self, answer: Answer) -> Any:
        """Return the body; numbers stay the text they were written as, so no digit is lost."""
        if answer.status == 500:
            raise self.session.fault(answer)
        content = answer.content
        if not content.strip():
            raise Try(
                "the answer is empty",
                f"HTTP {answer.status} without a body",
                "ask the owner whether the table still exists; no rows would be an empty list, not an empty answer",
            )
        try:
            body = json.loads(content, parse_int=str, parse_float=str, parse_constant=str)
        except (ValueError, RecursionError) as error:
            if content.lstrip()[:1] == b"<":
                raise Try(
                    "HTML came instead of JSON",
                    f"HTTP {answer.status}, begins {answer.start()!r}",
                    "check the address; a login or proxy page may stand in the way",
                ) from None
            raise Try(
                "the JSON is cut off or broken",
                f"{len(content)} bytes, {self.session.quote(error)}",
                "run `anlan pull` again; if it repeats, send this to the owner",
            ) from None
        if not isinstance(body, dict) and (self.agreed.answer["rows"] or not isinstance(body, list)):
            raise Try(
                "the answer is not a JSON object",
                f"begins {answer.start()!r}",
                "ask the owner whether the API changed",
            )
        if answer.status == 400:
            raise SourceError(
                self.where,
                "the server refused the request as malformed",
                f"HTTP 400: {self.session.quote(answer.start())}",
                "ask the owner whether the API changed",
            )
        return body
