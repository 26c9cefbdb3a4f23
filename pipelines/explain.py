"""Opens a published number down to the file, sheet and line it came from, and works it out again.

Reads one release, and landing only for the last step. What is worked out again here is compared with what
was published, and a difference is an error: this module checks the method's results, it decides nothing.
``town``, ``cell``, ``enterprise``, ``item``, ``station`` and ``rule`` return plain data for pages and papers;
``render`` prints it; ``main`` is the command.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb

from pipelines import explain_identity, explain_rows, landed, periods
from pipelines.contract import load as load_contract
from pipelines.errors import AnlanError, UsageError
from pipelines.reading import ident, quoted
from pipelines.release import Release, open_release
from pipelines.settings import Settings

Row = dict[str, Any]
# half a unit of the sixth place on each side: the warehouse keeps six places of every step
STEP = Decimal("0.000002")
# the share between goalposts has six places, the score is a hundred of it
SHARE = Decimal("0.00006")
_REF = re.compile(r"^(?P<silo>[^/]+)/(?P<table>[^/]+)/(?P<batch>[^#]+)#(?P<file>.*)!(?P<part>[^!]*):(?P<row>\d+)$")
_PERSONAL = re.compile(r"(?<![0-9A-Za-z])(?:[1-9]\d{16}[0-9Xx]|1[3-9]\d{9})(?![0-9A-Za-z])")
_GRADES = "ABCD"
# METHOD 1: ratios with fewer than 10 cases borrow 5 from the district; the release's own table comes first
_SMALL_NUMBER, _PRIOR = Decimal(10), Decimal(5)


# ------------------------------------------------------------------------------------------- target


@dataclass(frozen=True)
class Target:
    """What is to be explained. ``kind``: town, cell, enterprise, item, station, rule, row or thing.

    A landed row is named by its reference, a thing by its id, with the word of its kind as ``code``.
    """

    kind: str
    unit_id: str
    code: str | None = None


def resolve(release: Release, words: Sequence[str]) -> Target:
    """Return the target that ``words`` name: 马鞍街道 | 马鞍街道 C301 | C301@330603011000 | enterprise X [E503] | station X [ST-02] | row REF | person ID.

    Raises:
        UsageError: nothing or several things are meant; says which there are.

    """
    given = [w.strip() for w in words if w.strip()]
    if given and given[0].lower() in ("row", "行"):
        return Target("row", " ".join(given[1:]))
    if given and given[0].lower() in explain_rows.KINDS:
        return Target("thing", " ".join(given[1:]), given[0].lower())
    if given and "@" in given[0]:
        code, _, unit = given[0].partition("@")
        given = [unit, code, *given[1:]]
    kind = ""
    if given and given[0].lower() in _KINDS:
        kind = _KINDS[given.pop(0).lower()]
    if not given:
        raise UsageError(
            "anlan explain", "needs to know what", seen=" ".join(words) or "nothing",
            do="name a town (马鞍街道), a cell (马鞍街道 C301), 'enterprise <id|code|name> [E503]', 'station <town> [ST-02]',"
            " 'row <landing reference>' or 'person|hazard|device|team|store|plan <id>'",
        )  # fmt: skip
    code = given[-1].upper() if len(given) > 1 and re.fullmatch(r"[A-Za-z]{1,2}-?\d+", given[-1]) else None
    unit = " ".join(given[:-1] if code else given)
    if kind == "enterprise" or (not kind and re.fullmatch(r"E?[0-9A-Z]{18}", unit.upper())):
        return Target("item" if code else "enterprise", _enterprise_id(release, unit), code)
    town = _town_id(release, unit)
    if kind == "station" or (code or "").startswith("ST-"):
        return Target("rule" if code else "station", town, code)
    return Target("cell" if code else "town", town, code)


_KINDS = {
    "town": "town", "镇街": "town", "镇": "town", "enterprise": "enterprise", "firm": "enterprise",
    "企业": "enterprise", "station": "station", "站": "station", "站所": "station", "应急管理站": "station",
}  # fmt: skip


def _fold(text: str) -> str:
    return re.sub(r"[^0-9a-z\u4e00-\u9fff]", "", text.lower().replace("ü", "u"))


def _town_id(release: Release, unit: str) -> str:
    towns = release.rows("select town_id, town_name_zh, town_name_en from dim_towns order by town_id")
    wanted = _fold(unit)
    for town in towns:
        names = [town["town_id"], town["town_id"][:9], town["town_name_zh"], town["town_name_en"]]
        names += [re.sub("(街道|镇|乡)$", "", town["town_name_zh"])]
        if wanted and wanted in {_fold(n) for n in names if n}:
            return town["town_id"]
    raise UsageError(
        f"town {unit!r}", "is not known", seen="towns: " + ", ".join(t["town_name_zh"] for t in towns),
        do="name one of them, or write 'enterprise <id|code|name>' for a firm",
    )  # fmt: skip


def _enterprise_id(release: Release, unit: str) -> str:
    if explain_identity.holds(release):
        return explain_identity.find(release, unit)
    found = release.rows(
        "select distinct enterprise_id, firm_name from enterprise_quarter_ratings"
        " where upper(enterprise_id) = upper($1) or upper(uscc) = upper($1) or firm_name = $1 order by all", [unit],
    ) or release.rows(
        "select distinct enterprise_id, firm_name from enterprise_quarter_ratings where contains(firm_name, $1) order by all",
        [unit],
    )  # fmt: skip
    ids = {f["enterprise_id"] for f in found}
    if len(ids) == 1:
        return ids.pop()
    shown = "; ".join(f"{f['enterprise_id']} {f['firm_name']}" for f in found[:8])
    raise UsageError(
        f"enterprise {unit!r}", f"means {len(ids)} firms" if ids else "is not known",
        seen=shown + (" …" if len(found) > 8 else "") if shown else "no firm of that id, credit code or name",
        do="give the full name, the credit code or the id",
    )  # fmt: skip


def _period(release: Release, given: str | None) -> str:
    held = [release.manifest["previous_period"], release.period]
    if given is None:
        return release.period
    periods.parse(given)
    if given not in held:
        raise UsageError(
            f"period {given}", f"is not in release {release.name}", seen=f"quarters: {', '.join(held)}",
            do="name one of them, or another release with --release",
        )  # fmt: skip
    return given


def _one(release: Release, table: str, keys: Row, what: str, others: str) -> Row:
    where = " and ".join(f"{k} = ?" for k in keys)
    found = release.rows(f"select * from {table} where {where}", list(keys.values()))
    if len(found) == 1:
        return found[0]
    code = others.split()[0]
    rest = {k: v for k, v in keys.items() if k != code}
    known = release.rows(
        f"select distinct {code} as code from {table} where {' and '.join(f'{k} = ?' for k in rest)} order by 1",
        list(rest.values()),
    )  # fmt: skip
    raise UsageError(
        what, f"has {len(found) or 'no'} rows in release {release.name}",
        seen=f"{code}: {', '.join(str(k['code']) for k in known[:80]) or 'none'}", do="name one of these",
    )  # fmt: skip


# --------------------------------------------------------------------------------- working it out again


def _half_up(value: Decimal, places: int = 2) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _compare(zh: str, en: str, formula: str, recomputed: Any, published: Any, tolerance: Decimal = Decimal(0)) -> Row:
    """Return one comparison. Decimals agree within ``tolerance``, everything else exactly."""
    agrees = recomputed == published
    if not agrees and isinstance(recomputed, Decimal) and isinstance(published, Decimal):
        agrees = abs(recomputed - published) <= tolerance
    return {"zh": zh, "en": en, "formula": formula, "recomputed": recomputed, "published": published, "agrees": agrees}


def _sum(values: Iterable[Decimal | None]) -> Decimal:
    return sum((v for v in values if v is not None), Decimal(0))


def text(value: Any) -> str:
    """Return a value as people write it: decimals without idle zeros, dates in ISO form, nothing as a dash."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, Decimal):
        plain = f"{_half_up(value, 9) if value.as_tuple().exponent < -9 else value:f}"
        return (plain.rstrip("0").rstrip(".") if "." in plain else plain) or "0"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def goalpost_score(value: Decimal, floor_text: str, target_text: str) -> tuple[Decimal, str]:
    """Return METHOD 2's score of ``value`` (0 to 100) and the formula with its numbers.

    ``floor_text``/``target_text``: one number each, or ``a..d`` and ``b..c`` for a band.
    """
    hundred = Decimal(100)
    if ".." in floor_text:
        low, high = (Decimal(x) for x in floor_text.split(".."))
        inner, outer = (Decimal(x) for x in target_text.split(".."))
        if value < inner:
            share, step = (value - low) / (inner - low), f"({text(value)}−{low})/({inner}−{low})"
        elif value > outer:
            share, step = (high - value) / (high - outer), f"({high}−{text(value)})/({high}−{outer})"
        else:
            share, step = Decimal(1), f"{inner} ≤ {text(value)} ≤ {outer}"
            return hundred, f"{step} → 100"
    else:
        floor, target = Decimal(floor_text), Decimal(target_text)
        share = (value - floor) / (target - floor)
        step = f"({text(value)}−{text(floor)})/({text(target)}−{text(floor)})"
    return hundred * min(max(share, Decimal(0)), Decimal(1)), f"100·clip({step}, 0, 1)"


def _median(values: list[Decimal]) -> Decimal:
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _km_median(evidence: list[Row], floor: Decimal | None) -> Decimal:
    """Kaplan-Meier median: numerator = time watched, denominator 1 = an end seen, 0 = still open (censored).

    Never reached: the longest watch, and no less than the floor; open cases must not look quick.
    """
    left, open_share = len(evidence), Decimal(1)
    for time in sorted({e["numerator"] for e in evidence}):
        here = [e for e in evidence if e["numerator"] == time]
        open_share *= 1 - Decimal(sum(1 for e in here if e["denominator"])) / Decimal(left)
        if open_share <= Decimal("0.500000001"):
            return time
        left -= len(here)
    longest = max(e["numerator"] for e in evidence)
    return longest if floor is None else max(longest, floor)


def indicator_value(
    evidence: list[Row], aggregation: str, scale: Decimal, is_capped: bool = False, floor: Decimal | None = None
) -> tuple[Decimal | None, str]:
    """Return the indicator's value by METHOD 1 from its evidence rows, unrounded, and the formula with its numbers.

    Rows without a numerator are seen, not counted. ``is_capped``: a numerator above the denominator counts
    as the denominator (staff above the need).
    """
    counted = [e for e in evidence if e["numerator"] is not None]
    top, bottom = _sum(e["numerator"] for e in counted), _sum(e["denominator"] for e in evidence)
    factor = "" if scale == 1 else f"{text(scale)}·"
    if aggregation == "sum":
        return top, f"Σ {len(counted)} = {text(top)}"
    if aggregation in ("median", "km_median"):
        if not counted:
            return None, "–"
        if aggregation == "median":
            return _median([e["numerator"] for e in counted]), f"median of {len(counted)}"
        still_open = sum(1 for e in counted if not e["denominator"])
        return _km_median(counted, floor), f"Kaplan–Meier median of {len(counted)}, {still_open} open"
    if bottom == 0:
        return None, f"{factor}{text(top)}/0"
    if is_capped and top > bottom:
        return scale, f"{factor}min({text(top)}, {text(bottom)})/{text(bottom)}"
    return scale * top / bottom, f"{factor}{text(top)}/{text(bottom)}"


# ------------------------------------------------------------------------------------------- landing


def parse_ref(landing_ref: str) -> Row:
    """Return silo, table, batch, file, part and row of a landing reference."""
    m = _REF.match(landing_ref or "")
    if not m:
        raise AnlanError(
            "landing reference", "cannot be read", seen=repr(landing_ref), do="report it: the evidence row is broken"
        )
    return {**m.groupdict(), "row": int(m["row"])}


def open_landing(settings: Settings, release: Release, refs: Sequence[str]) -> dict[str, Row]:
    """Return for each reference its batch, source, checksums, place and raw values; personal columns masked.

    A batch that is gone or whose bytes differ from those the release was made from is said, not hidden:
    ``state`` is found, batch_missing, row_missing, batch_changed or unreadable.
    """
    found: dict[str, Row] = {}
    by_batch: dict[tuple[str, str, str], list[str]] = {}
    for ref in dict.fromkeys(r for r in refs if r):
        if not _REF.match(ref):
            found[ref] = {"landing_ref": ref, "state": "unreadable", "values": []}
            continue
        place = parse_ref(ref)
        found[ref] = {"landing_ref": ref, **place, "state": "batch_missing", "values": []}
        by_batch.setdefault((place["silo"], place["table"], place["batch"]), []).append(ref)
    for (silo, table, batch), mine in by_batch.items():
        frozen = release.rows(
            "select * from input_batches where silo = ? and table_name = ? and batch = ?", [silo, table, batch]
        )
        folder = next(iter(sorted((settings.landing / silo / table).glob(f"*/batch={batch}"))), None)
        if folder is None or not (folder / "rows.parquet").is_file():
            continue
        manifest = _manifest(folder)
        rows_sha256 = (manifest.get("files") or {}).get("rows.parquet") or manifest.get("rows_sha256")
        source = manifest.get("source") or {}
        about = {
            "source_kind": source.get("kind"),
            "source_name": source.get("name"),
            "source_sha256": source.get("sha256") or manifest.get("source_sha256"),
            "pulled_at": manifest.get("pulled_at"),
            "landed": manifest.get("landed"),
            "accepted": manifest.get("accepted"),
            "rejected": manifest.get("rejected"),
            "duplicate": manifest.get("duplicate"),
            "rows_sha256": rows_sha256,
        }
        same = not frozen or frozen[0].get("rows_sha256") in (None, rows_sha256)
        raw = _raw_rows(folder / "rows.parquet", mine, silo, table)
        for ref in mine:
            found[ref] |= about
            if ref not in raw:
                found[ref]["state"] = "row_missing"
                continue
            found[ref] |= {
                "state": "found" if same else "batch_changed",
                "values": _values(silo, table, raw[ref]),
                "verdict": raw[ref].get("_verdict"),
                "duplicate_of": raw[ref].get("_duplicate_of"),
            }
    return found


def _manifest(folder: Path) -> Row:
    try:
        return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _raw_rows(path: Path, refs: list[str], silo: str, table: str) -> dict[str, Row]:
    contract = load_contract(silo)
    batch = parse_ref(refs[0])["batch"]
    with duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false"}) as con:
        con.execute("set TimeZone = 'UTC'")
        con.execute("create view landed as select * from read_parquet('" + str(path).replace("'", "''") + "')")
        there = {r[0] for r in con.execute("select column_name from (describe landed)").fetchall()}
        ref = landed.reference(silo, table, quoted(batch))
        sent = [
            f"{landed.as_sent(c, contract)} as {ident('_sent_' + c.name)}"
            for c in contract.table(table).columns.values()
            if {c.name, f"{c.name}_text"} <= there and not c.is_personal
        ]
        marks = ", ".join("?" * len(refs))
        result = con.execute(
            f"select *, {', '.join([f'{ref} as _ref', *sent])} from landed where {ref} in ({marks})", refs
        )
        names = [c[0] for c in result.description]
        rows = [dict(zip(names, r, strict=True)) for r in result.fetchall()]
    return {r["_ref"]: r for r in rows}


def _values(silo: str, table: str, raw: Row) -> list[Row]:
    """Return column, Chinese and English name, the text as sent and what was read; never a person's raw value."""
    found = []
    for column in load_contract(silo).table(table).columns.values():
        if column.name not in raw:
            continue
        sent = raw.get(f"_sent_{column.name}", raw[column.name])
        read = raw.get(column.name)
        if column.is_personal:
            sent = raw.get(f"{column.name}_mask")
            read = None
        sent, is_masked = _mask(column.name, sent, column.is_personal)
        found.append({
            "column": column.name, "source": column.source, "zh": column.zh, "en": re.split(r"[,(:]", column.en)[0].strip(), "sent": sent,
            "read": None if read is None or is_masked or text(read) == text(sent) else read,
            "is_masked": is_masked,
        })  # fmt: skip
    return found


def _mask(name: str, sent: Any, is_personal: bool) -> tuple[Any, bool]:
    """Mask certificate numbers (some carry the identity number) and identity or phone numbers inside other text."""
    if is_personal or not isinstance(sent, str):
        return sent, is_personal
    if name.endswith("cert_no") and len(sent) > 4:
        return f"{sent[:4]}****{sent[-2:] if len(sent) > 8 else ''}", True
    hidden = _PERSONAL.sub(lambda m: f"{m[0][:3]}****{m[0][-2:]}", sent)
    return hidden, hidden != sent


def _evidence(release: Release, system: str, code: str, unit: str, period: str) -> list[Row]:
    return release.rows(
        "select entity_type, entity_id, numerator, denominator, occurred_at, landing_ref from indicator_evidence"
        " where system = ? and indicator_code = ? and unit_id = ? and period = ?"
        # what costs points comes first: that is what a reader wants to see
        " order by case when denominator is null or numerator >= denominator then 1 else 0 end,"
        " occurred_at nulls last, entity_id, landing_ref",
        [system, code, unit, period],
    )


def _with_landing(settings: Settings, release: Release, evidence: list[Row], limit: int) -> list[Row]:
    shown = evidence if limit < 0 else evidence[:limit]
    places = open_landing(settings, release, [e["landing_ref"] for e in shown])
    return [{**e, "landing": places.get(e["landing_ref"])} for e in shown]


# ------------------------------------------------------------------------------------------ the chains


def _head(release: Release, target: Target, period: str) -> Row:
    m = release.manifest
    return {
        "kind": target.kind, "unit_id": target.unit_id, "code": target.code, "release": release.name, "period": period,
        "method_version": m["method_version"], "code_version": m["code_version"], "checks": [],
    }  # fmt: skip


def _grade_of(release: Release, system: str, score: Decimal) -> str | None:
    grades = release.rows("select * from method_grades where system = ?", [system])
    bound = next((c for c in ("lower_score", "min_score") if grades and c in grades[0]), None)
    if bound is None:
        return None
    fitting = [g for g in grades if g[bound] <= score]
    return max(fitting, key=lambda g: g[bound])["grade"] if fitting else None


def _caps(release: Release, table: str, code_column: str, codes: str) -> list[Row]:
    """Return the vetoes named in ``codes`` with their names and the best grade they leave."""
    wanted = [c.strip() for c in (codes or "").split(",") if c.strip()]
    rows = release.rows(f"select * from {table} where kind = 'veto'") if wanted else []
    by_code = {r[code_column]: r for r in rows}
    found = []
    for code in wanted:
        row = by_code.get(code, {})
        found.append({
            "code": code, "name_zh": row.get("name_zh"), "name_en": row.get("name_en"), "cap_grade": row.get("cap_grade"),
            "effect_zh": row.get("effect_zh") or row.get("grade_effect") or row.get("effect"),
            "effect_en": row.get("effect_en") or row.get("grade_effect") or row.get("effect"),
        })  # fmt: skip
    return found


def _capped(grade: str | None, vetoes: list[Row]) -> str | None:
    if grade is None or any(v["cap_grade"] not in (*_GRADES, None, "") for v in vetoes):
        return None
    return max([grade, *(v["cap_grade"] for v in vetoes if v["cap_grade"])])


def town(settings: Settings, release: Release, unit_id: str, period: str) -> Row:
    """Return a town's chain: total → adjustments, vetoes → dimensions → indicators, each worked out again."""
    found = _head(release, Target("town", unit_id), period)
    keys = {"town_id": unit_id, "period": period}
    score = _one(release, "town_quarter_scores", keys, f"town {unit_id}", "town_id")
    nodes = release.rows(
        "select * from town_dimension_scores where town_id = ? and period = ? order by node_code", [unit_id, period]
    )
    cells = release.rows(
        "select * from town_indicator_scores where town_id = ? and period = ? and cell_status <> 'not_due'"
        " order by points_lost desc nulls last, indicator_code",
        [unit_id, period],
    )
    not_due = release.rows(
        "select count(*) as n from town_indicator_scores where town_id = ? and period = ? and cell_status = 'not_due'",
        [unit_id, period],
    )[0]["n"]
    vetoes = _caps(release, "method_town_indicators", "indicator_code", score["veto_codes"])
    checks = found["checks"]
    lost = _sum(c["points_lost"] for c in cells)
    checks.append(_compare("基础分 = 100 − Σ失分", "base = 100 − Σ points lost", f"100 − {text(lost)}",
                           _half_up(100 - lost), score["base_score"]))  # fmt: skip
    weighted = _sum(c["weight_share"] * c["score"] for c in cells if c["score"] is not None and c["weight_share"])
    weights = _sum(c["weight_share"] for c in cells if c["score"] is not None)
    if weights:
        checks.append(_compare("基础分 = Σ权重×得分", "base = Σ weight × score", f"{text(_half_up(weighted, 6))}",
                               _half_up(weighted), score["base_score"], Decimal("0.01")))  # fmt: skip
    observed = _sum(c["weight_share"] for c in cells if c["cell_status"] == "observed")
    checks.append(_compare("覆盖率 = Σ已观测权重", "coverage = Σ weight observed", text(observed), _half_up(observed, 4),
                           score["coverage_share"], Decimal("0.0001")))  # fmt: skip
    for node in nodes:
        if node["score"] is None:
            continue
        level = "l1_code" if node["node_level"] == 1 else "l2_code"
        inside = [c for c in cells if c[level] == node["node_code"] and c["score"] is not None and c["weight_share"]]
        weight = _sum(c["weight_share"] for c in inside)
        if weight:
            made = _half_up(_sum(c["weight_share"] * c["score"] for c in inside) / weight, 6)
            checks.append(_compare(f"{node['node_code']} = Σ权重×得分/Σ权重", f"{node['node_code']} = Σ weight × score / Σ weight",
                                   f"{len(inside)}", made, node["score"], STEP * 10))  # fmt: skip
    final = min(max(score["base_score"] + score["bonus_points"] - score["deduction_points"], Decimal(0)), Decimal(100))
    checks.append(_compare("总分 = 基础分+加分−扣分", "final = base + bonus − deduction",
                           f"{text(score['base_score'])} + {text(score['bonus_points'])} − {text(score['deduction_points'])}",
                           final, score["final_score"]))  # fmt: skip
    if score["score_status"] == "rated":
        letter = _grade_of(release, "town", score["final_score"])
        capped = _capped(letter, vetoes)
        if capped is not None:
            caps = " ".join(f"{v['code']}≤{v['cap_grade']}" for v in vetoes if v["cap_grade"])
            checks.append(
                _compare("等级", "grade", f"{letter}" + (f", {caps}" if caps else ""), capped, score["grade"])
            )
        better = release.rows(
            "select count(*) as n from town_quarter_scores where period = ? and score_status = 'rated' and final_score > ?",
            [period, score["final_score"]],
        )[0]["n"]
        checks.append(_compare("排名 = 1 + 分数更高的镇街数", "rank = 1 + towns with a higher score", f"1 + {better}",
                               1 + better, score["rank_overall"]))  # fmt: skip
    found |= {"score": score, "vetoes": vetoes, "dimensions": nodes, "indicators": cells, "not_due": not_due}
    return found


def _town_rule(release: Release, code: str) -> Row:
    rows = release.rows("select * from method_town_indicators where indicator_code = ?", [code])
    return rows[0] if rows else {}


def _parameter(release: Release, code: str, otherwise: Decimal) -> Decimal:
    if "method_parameters" not in release.tables:
        return otherwise
    rows = release.rows("select value from method_parameters where parameter_code = ?", [code])
    return Decimal(str(rows[0]["value"])) if rows else otherwise


def cell(settings: Settings, release: Release, unit_id: str, code: str, period: str, limit: int = 5) -> Row:
    """Return one indicator of a town: evidence → value → score → points lost, and the files behind it."""
    found = _head(release, Target("cell", unit_id, code), period)
    row = _one(release, "town_indicator_scores", {"town_id": unit_id, "period": period, "indicator_code": code},
               f"indicator {code} of town {unit_id}", "indicator_code")  # fmt: skip
    rule = _town_rule(release, code)
    score = _one(release, "town_quarter_scores", {"town_id": unit_id, "period": period}, f"town {unit_id}", "town_id")
    evidence = _evidence(release, "town", code, unit_id, period)
    checks = found["checks"]
    checks.append(_compare("证据条数", "evidence rows", f"{len(evidence)}", len(evidence), row["evidence_count"]))
    if row["cell_status"] == "observed":
        checks += _value_checks(release, row, rule, evidence)
    if row["score"] is not None:
        checks.append(_compare("公布分", "published score", f"{text(row['score'])} → 2", _half_up(row["score"]),
                               row["published_score"]))  # fmt: skip
        if row["weight_share"] is not None:
            lost = _half_up(row["weight_share"] * (100 - row["score"]), 6)
            checks.append(_compare("失分 = 权重×(100−得分)", "points lost = weight × (100 − score)",
                                   f"{text(row['weight_share'])} × (100 − {text(row['score'])})", lost,
                                   row["points_lost"], STEP))  # fmt: skip
    found |= {
        "score": score, "indicator": row, "rule": rule, "evidence_total": len(evidence),
        "evidence": _with_landing(settings, release, evidence, limit),
    }  # fmt: skip
    return found


def _value_checks(release: Release, row: Row, rule: Row, evidence: list[Row]) -> list[Row]:
    """Return the steps from evidence to score of an observed cell; unrounded numbers are carried from step to step."""
    checks: list[Row] = []
    scale = Decimal(str(rule.get("value_scale") or (100 if row["aggregation"] == "ratio" else 1)))
    is_capped = rule.get("value_cap") is not None
    floor = None if ".." in (row["floor_text"] or "") else Decimal(row["floor_text"])
    if row["numerator"] is not None:
        top = _sum(e["numerator"] for e in evidence)
        checks.append(_compare("分子 Σ", "Σ numerator", f"Σ {len(evidence)}", top, row["numerator"], STEP))
    if row["denominator"] is not None:
        bottom = _sum(e["denominator"] for e in evidence)
        checks.append(_compare("分母 Σ", "Σ denominator", f"Σ {len(evidence)}", bottom, row["denominator"], STEP))
    value, formula = indicator_value(evidence, row["aggregation"], scale, is_capped, floor)
    if value is not None or row["raw_value"] is not None:
        shown = None if value is None else _half_up(value, 6)
        checks.append(_compare("指标值", "value", formula, shown, row["raw_value"], STEP))
    if row["is_shrunk"]:
        value, formula = _shrunk(release, row, scale, is_capped)
        checks.append(_compare("小样本修正值", "small-number value", formula, _half_up(value, 6), row["value"], STEP))
    if value is not None and row["score"] is not None:
        made, formula = goalpost_score(value, row["floor_text"], row["target_text"])
        checks.append(_compare("得分", "score", formula, _half_up(made, 6), row["score"], SHARE))
    return checks


def _shrunk(release: Release, row: Row, scale: Decimal, is_capped: bool) -> tuple[Decimal, str]:
    """Return METHOD 1's value of a small ratio, (k + 5·p0)/(n + 5), p0 made of every town's own sums."""
    k, n = row["numerator"], row["denominator"]
    lent = _parameter(release, "small_number_prior", _PRIOR)
    limit = _parameter(release, "small_number_n", _SMALL_NUMBER)
    top = "least(numerator, denominator)" if is_capped else "numerator"
    district = release.rows(
        f"select sum({top}) as top, sum(denominator) as bottom from town_indicator_scores"
        " where indicator_code = ? and period = ?",
        [row["indicator_code"], row["period"]],
    )[0]
    rate = district["top"] / district["bottom"]
    k = min(k, n) if is_capped else k
    formula = (
        f"{text(scale)}·({text(k)} + {text(lent)}×{text(district['top'])}/{text(district['bottom'])})"
        f"/({text(n)} + {text(lent)}), n < {text(limit)}"
    )
    return scale * (k + lent * rate) / (n + lent), formula


def enterprise(settings: Settings, release: Release, unit_id: str, period: str, limit: int = 5) -> Row:
    """Return a firm's chain: rating → bonus, vetoes → items with reasons, worked out again; and who the firm is.

    A firm that is no rated unit has ``rating`` None and its identity only. ``rows``: the landed rows it was made from.
    """
    found = _head(release, Target("enterprise", unit_id), period)
    found["rows"] = explain_rows.landed_rows(release, "dim_enterprises", unit_id, limit)
    if explain_identity.holds(release):
        found["identity"] = explain_identity.identity(release, unit_id)
        if not release.rows(
            "select 1 from enterprise_quarter_ratings where enterprise_id = ? and period = ?", [unit_id, period]
        ):
            return found | {"rating": None, "vetoes": [], "items": []}
    rating = _one(release, "enterprise_quarter_ratings", {"enterprise_id": unit_id, "period": period},
                  f"enterprise {unit_id}", "enterprise_id")  # fmt: skip
    items = release.rows(
        "select * from enterprise_item_scores where enterprise_id = ? and period = ? and item_status <> 'not_due'"
        " order by lost_points * multiplier desc nulls last, item_code",
        [unit_id, period],
    )
    vetoes = _caps(release, "method_enterprise_items", "item_code", rating["veto_codes"])
    due = [i for i in items if i["item_status"] != "not_applicable"]
    earned = _sum(i["earned_points"] * i["multiplier"] for i in due)
    most = _sum(i["max_points"] * i["multiplier"] for i in due)
    checks = found["checks"]
    if most and rating["base_score"] is not None:
        checks.append(_compare("基础分 = 100·Σ得分×系数/Σ满分×系数", "base = 100·Σ earned × multiplier / Σ maximum × multiplier",
                               f"100·{text(earned)}/{text(most)}", _half_up(100 * earned / most), rating["base_score"],
                               Decimal("0.01")))  # fmt: skip
    if rating["final_score"] is not None:
        final = min(max(rating["base_score"] + rating["bonus_points"], Decimal(0)), Decimal(100))
        checks.append(_compare("总分 = 基础分+加分", "final = base + bonus",
                               f"{text(rating['base_score'])} + {text(rating['bonus_points'])}", final, rating["final_score"]))  # fmt: skip
    if rating["rating_status"] == "rated":
        letter = _grade_of(release, "enterprise", rating["final_score"])
        capped = _capped(letter, vetoes)
        if capped is not None:
            caps = " ".join(f"{v['code']}≤{v['cap_grade']}" for v in vetoes if v["cap_grade"])
            checks.append(
                _compare("等级", "grade", f"{letter}" + (f", {caps}" if caps else ""), capped, rating["grade"])
            )
    for i in items:
        if i["item_status"] == "not_applicable":
            continue
        checks.append(_compare(f"{i['item_code']} 满分−得分", f"{i['item_code']} maximum − earned",
                               f"{text(i['max_points'])} − {text(i['earned_points'])}", i["max_points"] - i["earned_points"],
                               i["lost_points"], Decimal("0.0001")))  # fmt: skip
    found |= {"rating": rating, "vetoes": vetoes, "items": items}
    return found


def item(settings: Settings, release: Release, unit_id: str, code: str, period: str, limit: int = 5) -> Row:
    """Return one item of a firm with its evidence rows and the files behind them."""
    found = _head(release, Target("item", unit_id, code), period)
    rating = _one(release, "enterprise_quarter_ratings", {"enterprise_id": unit_id, "period": period},
                  f"enterprise {unit_id}", "enterprise_id")  # fmt: skip
    row = _one(release, "enterprise_item_scores", {"enterprise_id": unit_id, "period": period, "item_code": code},
               f"item {code} of enterprise {unit_id}", "item_code")  # fmt: skip
    rules = release.rows("select * from method_enterprise_items where item_code = ?", [code])
    evidence = _evidence(release, "enterprise", code, unit_id, period)
    checks = found["checks"]
    checks.append(_compare("证据条数", "evidence rows", f"{len(evidence)}", len(evidence), row["evidence_count"]))
    if evidence and row["numerator"] is not None:
        checks.append(_compare("分子 Σ", "Σ numerator", f"{len(evidence)}", _sum(e["numerator"] for e in evidence),
                               row["numerator"], STEP))  # fmt: skip
    if evidence and row["denominator"] is not None:
        checks.append(_compare("分母 Σ", "Σ denominator", f"{len(evidence)}", _sum(e["denominator"] for e in evidence),
                               row["denominator"], STEP))  # fmt: skip
    if row["item_status"] == "observed" and rules and rules[0].get("calc_kind"):
        checks += _lost_check(row, rules[0], evidence)
    if row["item_status"] not in ("not_applicable", "not_due"):
        checks.append(_compare("失分 = 满分−得分", "lost = maximum − earned",
                               f"{text(row['max_points'])} − {text(row['earned_points'])}",
                               row["max_points"] - row["earned_points"], row["lost_points"], Decimal("0.0001")))  # fmt: skip
    found |= {
        "rating": rating, "item": row, "rule": rules[0] if rules else {}, "evidence_total": len(evidence),
        "evidence": _with_landing(settings, release, evidence, limit),
    }  # fmt: skip
    return found


def _lost_check(row: Row, rule: Row, evidence: list[Row]) -> list[Row]:
    """Return the points an item loses by its calc_kind: share_met, per_fault or any_fault."""
    most = row["max_points"]
    top, bottom = _sum(e["numerator"] for e in evidence), _sum(e["denominator"] for e in evidence)
    kind = rule["calc_kind"]
    if kind == "share_met":
        share = top / bottom if bottom else Decimal(1)
        made, formula = most * (1 - share), f"{text(most)}·(1 − {text(top)}/{text(bottom)})"
    elif kind == "per_fault":
        each = Decimal(str(rule["points_each"]))
        made, formula = min(most, each * top), f"min({text(most)}, {text(each)}×{text(top)})"
    elif kind == "any_fault":
        made, formula = most if top > 0 else Decimal(0), f"{text(top)} > 0 → {text(most)}"
    else:
        return []
    return [_compare("失分", "points lost", formula, _half_up(made, 4), row["lost_points"], Decimal("0.0001"))]


def station(settings: Settings, release: Release, unit_id: str, period: str) -> Row:
    """Return all certification rules of a station, each gap worked out again."""
    found = _head(release, Target("station", unit_id), period)
    gaps = release.rows(
        "select * from certification_gaps where town_id = ? and period = ? order by rule_id", [unit_id, period]
    )
    if not gaps:
        raise UsageError(f"station {unit_id}", f"has no certification rows in {period}", do="name another quarter")
    unmet = {
        r["indicator_code"]: r["unmet"]
        for r in release.rows(
            "select indicator_code, count(*) as unmet from indicator_evidence where system = 'certification'"
            " and unit_id = ? and period = ? and entity_type = 'requirement' and numerator = 0 group by all",
            [unit_id, period],
        )
    }
    for g in gaps:
        found["checks"] += _gap_check(g, unmet.get(g["rule_id"], 0), f"{g['rule_id']} ")
    town_row = release.rows("select * from dim_towns where town_id = ?", [unit_id])
    found |= {"town": town_row[0] if town_row else {}, "gaps": gaps}
    return found


def _gap_check(gap: Row, unmet: int, label: str = "") -> list[Row]:
    """Compare a judged gap with required minus valid, or the conditions beside the head-count that are not met."""
    if gap["gap_status"] not in ("met", "short"):
        return []
    required, valid = gap["required_count"] or 0, gap["valid_count"] or 0
    formula = f"{required} − {valid}" + (f", ≥ {unmet}" if unmet else "")
    return [_compare(f"{label}缺口 = 应有−有效", f"{label}gap = required − valid", formula,
                     max(required - valid, unmet, 0), gap["gap_count"])]  # fmt: skip


def rule(settings: Settings, release: Release, unit_id: str, code: str, period: str, limit: int = 5) -> Row:
    """Return one certification rule of a station: people (masked), evidence and the files behind them."""
    found = _head(release, Target("rule", unit_id, code), period)
    gap = _one(release, "certification_gaps", {"town_id": unit_id, "period": period, "rule_id": code},
               f"rule {code} of station {unit_id}", "rule_id")  # fmt: skip
    people = release.rows(
        "select * from certification_gap_people where town_id = ? and period = ? and rule_id = ?"
        " order by counts, next_date nulls last, person_id", [unit_id, period, code],
    )  # fmt: skip
    evidence = _evidence(release, "certification", code, unit_id, period)
    rules = release.rows("select * from method_cert_rules where rule_id = ?", [code])
    checks = found["checks"]
    if people and gap["valid_count"] is not None:
        counted = len({p["person_id"] for p in people if p["counts"]})
        checks.append(_compare("有效 = 名单中计入的人数", "valid = listed people who count", f"{counted}", counted,
                               gap["valid_count"]))  # fmt: skip
    persons = [e for e in evidence if e["entity_type"] == "person"]
    if persons and gap["valid_count"] is not None:
        made = int(_sum(e["numerator"] for e in persons))
        checks.append(_compare("有效 = Σ证据分子", "valid = Σ numerator of evidence", f"Σ {len(persons)}", made,
                               gap["valid_count"]))  # fmt: skip
    checks += _gap_check(gap, sum(1 for e in evidence if e["entity_type"] == "requirement" and not e["numerator"]))
    town_row = release.rows("select * from dim_towns where town_id = ?", [unit_id])
    found |= {
        "town": town_row[0] if town_row else {}, "gap": gap, "people": people, "rule": rules[0] if rules else {},
        "evidence_total": len(evidence), "evidence": _with_landing(settings, release, evidence, limit),
    }  # fmt: skip
    return found


def explain(
    settings: Settings, release: Release, words: Sequence[str], period: str | None = None, limit: int = 5
) -> Row:
    """Return the chain of what ``words`` name, as plain data. Raises UsageError for what does not exist."""
    target = resolve(release, words)
    when = _period(release, period)
    if target.kind == "town":
        return town(settings, release, target.unit_id, when)
    if target.kind == "enterprise":
        return enterprise(settings, release, target.unit_id, when, limit)
    if target.kind in ("row", "thing"):
        return _head(release, target, when) | _of_rows(settings, release, target, limit)
    if target.kind == "station":
        return station(settings, release, target.unit_id, when)
    deep = {"cell": cell, "item": item, "rule": rule}[target.kind]
    return deep(settings, release, target.unit_id, str(target.code), when, limit)


def _of_rows(settings: Settings, release: Release, target: Target, limit: int) -> Row:
    if target.kind == "row":
        return explain_rows.row(release, target.unit_id, lambda refs: open_landing(settings, release, refs))
    return explain_rows.thing(release, str(target.code), target.unit_id, limit)


def disagreements(found: Row) -> list[Row]:
    """Return the checks whose recomputed number is not the published one."""
    return [c for c in found["checks"] if not c["agrees"]]


def as_json(found: Row) -> str:
    """Return the chain as JSON; decimals as text so that no place is lost."""
    return json.dumps(found | {"agrees": not disagreements(found)}, ensure_ascii=False, indent=1, default=_json)


def _json(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def main(
    settings: Settings,
    what: Sequence[str],
    release: str | None = None,
    period: str | None = None,
    limit: int = 5,
    lang: str = "zh",
    as_json: bool = False,
) -> Row:
    """Print the chain of ``what`` and return it.

    Raises:
        UsageError: unknown release, unit, code or quarter (exit code 2).
        AnlanError: a number worked out again is not the published one.

    """
    from pipelines import explain_screen

    with open_release(settings, release) as opened:
        found = explain(settings, opened, what, period, limit)
    if as_json:
        print(globals()["as_json"](found))
    else:
        explain_screen.render(found, lang)
    if wrong := disagreements(found):
        raise AnlanError(
            f"release {found['release']}", "a published number does not follow from its evidence",
            seen="; ".join(f"{c['en']}: recomputed {text(c['recomputed'])}, published {text(c['published'])}" for c in wrong),
            do=f"run 'anlan verify {found['release']}'; if it is whole, report it: the method and the release disagree",
        )  # fmt: skip
    return found
