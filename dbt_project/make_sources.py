"""Write ``models/staging/<silo>/_sources.yml``, ``seeds/ref_landing_tables.csv`` and ``fct_division_texts`` from the contracts.

What a department sends is described in one place only. The tables that linkage leaves are described in
``models/core/_linkage_sources.yml``, one set per linker of the registry.

Run ``python dbt_project/make_sources.py`` after a contract changes; ``--check`` exits 1 when a file is stale.
Nothing else belongs here: what a column means is the contract's word, what becomes of it is staging's.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from pathlib import Path

import yaml

from pipelines.analysis.linkage.registry import ANALYSES, LINKERS
from pipelines.contract import CADENCE_DAYS, parse
from pipelines.contract import PERSONAL_TYPES as PERSONAL
from pipelines.reading.persons import FORMS

HERE = Path(__file__).resolve().parent
STAGING = HERE / "models" / "staging"
TABLES = HERE / "seeds" / "ref_landing_tables.csv"
MENTIONS = HERE / "models" / "core" / "fct_division_texts.sql"
POINTS = HERE / "models" / "core" / "fct_located_rows.sql"
LINKAGE = HERE / "models" / "core" / "_linkage_sources.yml"
READ = "read_parquet('{{{{ var(\"landing_dir\") }}}}/{path}', {options})"
HIVE = "hive_partitioning=true, hive_types_autocast=false, union_by_name=true"
DIVISION_TEXTS = ("town_code", "town_name", "village_code", "village_name", "address")
DIVISION_MODEL = """\
-- Written by make_sources.py from the contracts and the staging models: change those, not this file.
-- One row per landed row that says where it belongs: its codes with their scheme, names and address as read, and its day.
{{ config(materialized='view') }}
{% set tables = [
<rows>
] %}
{% for silo, table_name, model, scheme, town_code, town_name, village_code, village_name, address, day, is_instant in tables -%}
select
    district_code,
    landing_ref,
    '{{ silo }}' as silo,
    '{{ table_name }}' as table_name,
    '{{ scheme }}' as scheme_code,
    {{ town_code or 'cast(null as string)' }} as town_code,
    {{ town_name or 'cast(null as string)' }} as town_name,
    {{ village_code or 'cast(null as string)' }} as village_code,
    {{ village_name or 'cast(null as string)' }} as village_name,
    {{ address or 'cast(null as string)' }} as address,
    {{ local_date(day) if is_instant else (day or 'cast(null as date)') }} as on_date
from {{ ref(model) }}
{{ 'union all' if not loop.last }}
{% endfor -%}
"""
POINT_MODEL = """\
-- Written by make_sources.py from the contracts and the staging models: change those, not this file.
-- One row per landed row x point it has: the degrees as sent with the system its contract declares, and where landing put it in
-- WGS-84 with how it was read (docs/quality.md). anchor_key names the place by which the feed is tested, own_key the place that a
-- table of anchors knows.
{{ config(materialized='view') }}
{% set points = [
<rows>
] %}
{% for silo, table_name, model, point, crs, lon, lat, anchor_table, anchor_by, own_key, in_district, day, is_instant in points -%}
select
    district_code,
    landing_ref,
    '{{ silo }}' as silo,
    '{{ table_name }}' as table_name,
    '{{ point }}' as point_name,
    '{{ crs }}' as declared_crs,
    cast({{ lon }} as decimal(16, 6)) as sent_lon,
    cast({{ lat }} as decimal(16, 6)) as sent_lat,
    {{ point }}_lon as lon,
    {{ point }}_lat as lat,
    {{ point }}_read_how as read_how,
    {{ "'" ~ anchor_table ~ "'" if anchor_table else 'cast(null as string)' }} as anchor_table,
    {{ 'upper(trim(' ~ anchor_by ~ '))' if anchor_by else 'cast(null as string)' }} as anchor_key,
    {{ 'upper(trim(' ~ own_key ~ '))' if own_key else 'cast(null as string)' }} as own_key,
    {{ 'true' if in_district else 'false' }} as is_in_district,
    {{ local_date(day) if is_instant else (day or 'cast(null as date)') }} as on_date
from {{ ref(model) }}
{{ 'union all' if not loop.last }}
{% endfor -%}
"""
# zones that have kept one distance to UTC since 1992, as reading.py takes them; others are landed with their raw text
FIXED_HOURS = {"UTC": 0, "Asia/Shanghai": 8, "Asia/Urumqi": 6}
INDEX = {
    "batches": "One row per landed, refused or genesis batch, from its manifest",
    "checks": "One row per batch x door rule",
    "quarantine": "One row per refused row x door rule",
    "identity_hashes": "One row per hash of an old identity key and what it is under the newest",
    "issues": "One row per refused row and what became of it",
}


def _landing_table(contract: dict, name: str, table: dict) -> dict:
    path = f"{contract['silo']}/{name}/*/*/rows.parquet"
    keyed = [c for c, spec in table["columns"].items() if spec["type"] in PERSONAL]
    keyed += [f"{c}_identity" for c in keyed if table["columns"][c]["type"] == "cert_no"]
    keyed += [f"{c}_{f}" for c in keyed for f in FORMS.get(table["columns"].get(c, {}).get("type"), ())]
    return {
        "name": f"{contract['silo']}__{name}",
        "description": f"One row per landed row of {table['name']['en']} ({table['name']['zh']}), "
        f"{contract['name']['en']}; refused and duplicate rows included",
        "config": {
            "meta": {
                "external_location": READ.format(path=path, options=HIVE),
                "load": table["load"],
                **({"keyed": keyed} if keyed else {}),
            }
        },
        "columns": [_column(contract, column, spec) for column, spec in table["columns"].items()],
    }


def _column(contract: dict, name: str, spec: dict) -> dict:
    """Return a source column; an instant says how its usual text is written, for the macro ``as_sent``."""
    made = {"name": name, "description": f"{spec['zh']} / {spec['en']}"}
    form = spec["type"] if spec["type"] == "epoch_ms" else ""
    if spec["type"] == "datetime":
        hours = FIXED_HOURS.get(spec.get("time_zone") or contract["time_zone"])
        form = f"instant{hours:+d}" if hours is not None else ""
    if spec["type"] == "duration_h_min":
        form = "h_min"
    return made | ({"config": {"meta": {"usual_text": form}}} if form else {})


def sources(contract: dict) -> dict:
    """Return the dbt sources document of one silo: its landed tables, refused and duplicate rows included."""
    tables = [_landing_table(contract, name, table) for name, table in contract["tables"].items()]
    said = "What the departments sent, batch by batch; never changed"
    return {"version": 2, "sources": [{"name": "landing", "description": said, "tables": tables}]}


def index_sources() -> dict:
    """Return the dbt sources document of the index that landing makes from its manifests."""
    tables = [
        {
            "name": name,
            "description": text,
            "config": {
                "meta": {"external_location": READ.format(path=f"_index/{name}.parquet", options="union_by_name=true")}
            },
        }
        for name, text in INDEX.items()
    ]
    said = "Manifests, door results and quarantine of all batches"
    return {"version": 2, "sources": [{"name": "landing_index", "description": said, "tables": tables}]}


def linkage_sources() -> dict:
    """Return the dbt sources document of the tables that linkage leaves, one set per entity type."""
    said = {
        "links": "One row per record of {} and the cluster it belongs to",
        "pairs": "One row per pair of records of {} that is likely or decided, with its reasons",
        "stopped": "One row per record of {} whose cluster grew too large and was taken apart",
    }
    read = "read_parquet('{{{{ var(\"linkage_dir\") }}}}/{}/{}.parquet')"
    tables = [
        {
            "name": f"{linker.entity_type}__{name}",
            "description": text.format(f"entity type {linker.entity_type}"),
            "config": {"meta": {"external_location": read.format(linker.entity_type, name)}},
        }
        for linker in LINKERS
        for name, text in said.items()
    ]
    tables += [
        {
            "name": f"{a.name}__{name}",
            "description": text,
            "config": {"meta": {"external_location": read.format(a.name, name)}},
        }
        for a in ANALYSES
        for name, text in a.tables.items()
    ]
    tables.append(
        {
            "name": "conflict__verdicts",
            "description": "One row per two claims of one attribute that people were asked about and what they say of them together",
            "config": {"meta": {"external_location": read.format("conflict", "verdicts")}},
        }
    )
    about = "Which records are one thing, found between two runs of dbt from the models tagged linkage_input"
    return {"version": 2, "sources": [{"name": "linkage", "description": about, "tables": tables}]}


def landing_tables(contracts: list[dict]) -> str:
    """Return the CSV of landing tables: names, department and calendar, one line per table."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    write(
        [
            "silo",
            "table_name",
            "silo_name_zh",
            "silo_name_en",
            "table_name_zh",
            "table_name_en",
            "department",
            "cadence",
            "cadence_days",
            "grace_days",
            "code_scheme",
            "load_kind",
            "is_periodic",
        ]
    )
    for contract in contracts:
        for name, table in contract["tables"].items():
            write(
                [
                    contract["silo"],
                    name,
                    contract["name"]["zh"],
                    contract["name"]["en"],
                    table["name"]["zh"],
                    table["name"]["en"],
                    contract["department"],
                    cadence := table.get("cadence", contract["cadence"]),
                    CADENCE_DAYS[cadence],
                    contract["grace_days"],
                    contract["code_scheme"],
                    table["load"],
                    str("period_column" in table).lower(),
                ]
            )
    return out.getvalue()


def staging_columns(root: Path) -> dict[str, tuple[str, dict[str, str]]]:
    """Return landing table (``silo__table``) → its staging model and what that model calls each landed column."""
    found: dict[str, tuple[str, dict[str, str]]] = {}
    for path in sorted((root / "dbt_project" / "models" / "staging").glob("*/*.sql")):
        text = path.read_text(encoding="utf-8")
        read = re.search(r"newest_accepted\('([a-z0-9_]+)'", text)
        if read:
            named = re.findall(r"^    (?:(?:([a-z][a-z0-9_]*)|.*) as )?([a-z][a-z0-9_]*),?$", text, flags=re.M)
            found.setdefault(read[1], (path.stem, {landed or given: given for landed, given in named}))
    return found


def _day(table: dict, given: dict[str, str]) -> tuple[str | None, bool]:
    """Return the column that says on which day a row's fact was, as staging calls it, and whether it is an instant."""
    column = table.get("valid_column") or table.get("period_column")
    is_instant = bool(column) and table["columns"][column]["type"] in {"datetime", "epoch_ms"}
    return (given[column], is_instant) if column in given else (None, False)


def division_texts(root: Path, contracts: list[dict]) -> str:
    """Return the model that gathers what every staging model says about where its rows belong."""
    staging, rows = staging_columns(root), []
    for contract in contracts:
        for name, table in contract["tables"].items():
            model, given = staging.get(f"{contract['silo']}__{name}", ("", {}))
            said = [given.get(c) for c in DIVISION_TEXTS]
            if not any(said):
                continue
            towns = table.get("towns", {}).get("town", {})
            scheme = towns.get("scheme", contract["code_scheme"])
            rows.append([contract["silo"], name, model, scheme, *said, *_day(table, given)])
    return DIVISION_MODEL.replace("<rows>", _listed(rows))


def located_rows(root: Path, contracts: list[dict]) -> str:
    """Return the model that gathers every point that staging gives: as sent, and where landing put it."""
    staging, rows = staging_columns(root), []
    known = [parse(contract, contract["silo"]) for contract in contracts]
    anchors = [s["anchor"] for c in known for t in c.tables.values() for s in t.points.values() if s.get("anchor")]
    keys = {a["table"]: a["key"] for a in anchors}
    for contract, parsed in zip(contracts, known, strict=True):
        for name, table in contract["tables"].items():
            model, given = staging.get(f"{contract['silo']}__{name}", ("", {}))
            for point, spec in parsed.tables[name].points.items():
                if f"{point}_lon" not in given or spec["lon"] not in given:
                    continue
                anchor = spec.get("anchor") or {}
                own = given.get(keys.get(f"{contract['silo']}/{name}", ""))
                by = given.get(anchor.get("by", ""))
                rows.append(
                    [contract["silo"], name, model, point, str(spec.get("crs", contract["crs"])),
                     given[spec["lon"]], given[spec["lat"]], anchor.get("table") if by else None, by, own,
                     bool(spec.get("in_district", True)), *_day(table, given)]
                )  # fmt: skip
    return POINT_MODEL.replace("<rows>", _listed(rows))


def _listed(rows: list[list]) -> str:
    return "\n".join(f"    ({', '.join(_jinja(v) for v in r)})," for r in sorted(rows, key=str))


def _jinja(value: str | bool | None) -> str:
    return {None: "none", True: "true", False: "false"}.get(value, f"'{value}'")  # type: ignore[arg-type]


def render(root: Path) -> dict[Path, str]:
    """Return path -> text of all written files for the contracts under ``root/pipelines/silos``."""
    paths = sorted((root / "pipelines" / "silos").glob("*/contract.yaml"))
    contracts = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in paths]
    demo = [contract for contract in contracts if contract.get("profile", "demo") == "demo"]
    head = "# Written by make_sources.py from the contracts: change a contract, not this file.\n"
    documents = {c["silo"]: sources(c) for c in demo} | {"landing": index_sources()}

    def text(document: dict) -> str:
        return head + yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=4096)

    files = {STAGING / silo / "_sources.yml": text(d) for silo, d in documents.items()}
    files[LINKAGE] = text(linkage_sources()).replace(
        "the contracts: change a contract", "the linkers: change the registry"
    )
    return {
        **files,
        TABLES: landing_tables(demo),
        MENTIONS: division_texts(root, demo),
        POINTS: located_rows(root, demo),
    }


def main() -> int:
    """Write the files, or with ``--check`` say which are stale."""
    files = render(HERE.parent)
    if "--check" not in sys.argv[1:]:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return 0
    stale = [p for p, text in files.items() if not p.exists() or p.read_text(encoding="utf-8") != text]
    for path in stale:
        print(f"{path.relative_to(HERE.parent)} differs from the contracts: run dbt_project/make_sources.py")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
