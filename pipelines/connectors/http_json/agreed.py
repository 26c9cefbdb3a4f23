"""What a contract agrees about an API, read from ``api:`` of the silo and ``source:`` of the table.

Only reading and checking; the meaning of every word is told in the package's docstring.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pipelines.errors import AnlanError

if TYPE_CHECKING:
    from pipelines.contract import Contract, Table

AUTHS = ("none", "token", "api_key", "basic", "oauth")
PAGINGS = ("none", "page", "offset", "cursor", "time")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Moment:
    """A parameter that carries a time: its name and its form."""

    name: str
    form: str
    off_by_one: bool = False

    def text(self, instant: datetime, zone: str, *, edge: bool = False) -> str:
        """Return ``instant`` as the API wants it; forms without a zone are in the silo's own time.

        ``edge``: the instant is the edge of a span from (included) to (excluded), and the API may see edges
        the other way round.
        """
        if edge and self.off_by_one:
            instant -= timedelta(milliseconds=1) if self.form == "epoch_ms" else timedelta(seconds=1)
        if self.form in ("epoch_ms", "epoch_s"):
            unit = timedelta(milliseconds=1) if self.form == "epoch_ms" else timedelta(seconds=1)
            return str((instant - _EPOCH) // unit)
        if self.form == "utc":
            return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        local = instant.astimezone(ZoneInfo(zone))
        return local.isoformat(timespec="seconds") if self.form == "iso" else local.strftime(self.form)


@dataclass(frozen=True)
class Agreed:
    """How one table is asked for and how its answers are read."""

    path: str
    zone: str
    page_size: int
    auth: dict[str, Any]
    paging: dict[str, Any]
    answer: dict[str, Any]
    since: Moment | None
    until: Moment | None
    params: dict[str, str] = field(default_factory=dict)
    per_second: float | None = None
    short_pages: bool = False

    @property
    def kind(self) -> str:
        """The kind of paging."""
        return str(self.paging["kind"])


PAGING_WORDS: dict[str, dict[str, Any]] = {
    "none": {},
    "page": {"page": "page", "size": "size", "first": 1},
    "offset": {"offset": "offset", "size": "limit"},
    "cursor": {"cursor": "cursor", "next": "next_cursor", "size": "limit"},
    "time": {"step_hours": 24, "page": None, "size": None, "first": 1, "start": None},
}
_ANSWER = {
    "rows": "data", "total": "total", "page": "page", "count": None, "more": None,
    "code": "code", "message": "message", "ok": ["0", ""],
}  # fmt: skip


def moment(given: Any, default: Moment | None, faults: list[str]) -> Moment | None:
    """Return the time parameter that was agreed, ``default`` where nothing is said."""
    if given is None:
        return default
    if isinstance(given, dict) and given.get("name"):
        off_by_one = bool(given.get("excluded") or given.get("included"))
        return Moment(str(given["name"]), str(given.get("form", "epoch_ms")), off_by_one)
    if given:
        faults.append(f"{given!r} must be {{name: …, form: …}}")
    return None


def layer(name: str, words: dict[str, Any], given: dict[str, Any], faults: list[str]) -> dict[str, Any]:
    """Return ``words`` with ``given`` laid over; what nobody knows is a fault."""
    unknown = [word for word in given if word not in words]
    if unknown:
        faults.append(f"{name}: unknown word {', '.join(unknown)}; known are {', '.join(words)}")
    return {**words, **given}


def agreed(contract: Contract, table: Table) -> Agreed:
    """Return how ``table`` is asked for.

    Raises:
        AnlanError: with every fault of the two mappings at once.

    """
    silo = contract.raw.get("api") or {}
    own = {"path": table.source} if isinstance(table.source, str) else dict(table.source or {})
    given = {**silo, **own}
    faults: list[str] = []
    if not str(given.get("path", "")).startswith("/"):
        faults.append("path must begin with /")
    auth = {"kind": "oauth", **(given.get("auth") or {})}
    if auth["kind"] not in AUTHS:
        faults.append(f"auth.kind {auth['kind']!r} is none of {', '.join(AUTHS)}")
    asked = {"kind": "page", **(given.get("paging") or {})}
    kind = asked.pop("kind")
    paging: dict[str, Any] = {}
    if kind not in PAGINGS:
        faults.append(f"paging.kind {kind!r} is none of {', '.join(PAGINGS)}")
    else:
        paging = {"kind": kind, **layer("paging", PAGING_WORDS[kind], asked, faults)}
    answer = layer("answer", _ANSWER, given.get("answer") or {}, faults)
    answer["ok"] = [str(word).lower() for word in answer["ok"]]
    # an API that was agreed on in detail has a since only when it says so
    plain = not silo and isinstance(table.source, str)
    since = moment(given.get("since"), Moment("since_ms", "epoch_ms", off_by_one=True) if plain else None, faults)
    until = moment(given.get("until"), Moment("until_ms", "epoch_ms") if plain else None, faults)
    if kind == "time" and not (since and until and paging.get("start")):
        faults.append("paging by time needs since, until and paging.start")
    known = {"path", "auth", "paging", "answer", "since", "until", "params", "per_second", "short_pages", "ignore"}
    unknown = [word for word in given if word not in known | {"page_size"}]
    if unknown:
        faults.append(f"unknown word {', '.join(unknown)}; known are {', '.join(sorted(known))}")
    if faults:
        raise AnlanError(
            f"pipelines/silos/{contract.silo}/contract.yaml: {table.name}",
            "the agreement on the API cannot be used",
            "; ".join(faults),
            "mend api: or source: in the contract",
        )
    return Agreed(
        path=str(given["path"]),
        zone=contract.time_zone,
        page_size=int(
            own.get("page_size") or table.raw.get("page_size") or silo.get("page_size") or contract.page_size
        ),
        auth=auth,
        paging=paging,
        answer=answer,
        since=since,
        until=until,
        params={str(k): str(v) for k, v in (given.get("params") or {}).items()},
        per_second=given.get("per_second"),
        short_pages=bool(given.get("short_pages", False)),
    )
