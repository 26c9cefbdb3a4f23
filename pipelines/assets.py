"""The assets Dagster shows: landing tables from contracts, dbt's models from its manifest, linkage, releases.

One asset per table, in its room and silo (``landing/water/st_pptn_r``, ``core/dim_enterprises``), one check
per rule by the rule's own name. Dagster owns no rule: checks repeat what door, dbt and release door said.
"""

# no postponed annotations here: Dagster reads the type of `context` itself
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, build_dbt_asset_specs

from pipelines import door, door_batch, index, landing, periods, pulling, release, release_door, store, warehouse
from pipelines.analysis.linkage.registry import ANALYSES, LINKERS, Analysis, Linker
from pipelines.contract import Contract, Table, all_contracts
from pipelines.errors import AnlanError
from pipelines.release import judged
from pipelines.settings import Settings

LOCAL = "Asia/Shanghai"
QUARTERS = dg.StaticPartitionsDefinition([f"{y}Q{q}" for y in range(2021, 2036) for q in range(1, 5)])
DAYS = dg.DailyPartitionsDefinition(start_date="2025-10-01", timezone=LOCAL)
# one writer: everything that writes to landing, warehouse or releases waits its turn
WRITER = "writer"
RETRY = dg.RetryPolicy(max_retries=3, delay=20, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)
INDEX = {name: dg.AssetKey(["landing", "index", name]) for name in ("batches", "checks", "quarantine", "issues")}
RELEASE = dg.AssetKey(["release", "quarter"])


def landing_key(table: Table) -> dg.AssetKey:
    """``landing/<silo>/<table>``."""
    return dg.AssetKey(["landing", table.silo, table.name])


def linkage_key(entity_type: str) -> dg.AssetKey:
    """``linkage/<entity>``."""
    return dg.AssetKey(["linkage", entity_type])


def severity(word: str) -> dg.AssetCheckSeverity:
    """Return Dagster's word for a rule's severity."""
    return dg.AssetCheckSeverity.ERROR if word in {"critical", "error"} else dg.AssetCheckSeverity.WARN


def landed_metadata(batches: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what a materialisation of a landing table says: the sums of its batches and their names."""
    sums = {k: sum(int(b[k]) for b in batches) for k in ("landed", "accepted", "rejected", "duplicate")}
    return {**sums, "batches": ", ".join(b["batch"] for b in batches) or "nothing new"}


def landing_checks(table: Table, batches: list[dict[str, Any]]) -> Iterator[tuple[str, bool, str, dict[str, Any]]]:
    """Yield one outcome per door rule over ``batches``: name, passed, severity, numbers."""
    found: dict[str, list[int | str]] = {}
    for batch in batches:
        for c in batch["checks"]:
            row = found.setdefault(c["rule"], [0, 0, c["severity"]])
            row[0] += c["checked"]  # type: ignore[operator]
            row[1] += c["failed"]  # type: ignore[operator]
    for rule, (checked, failed, word) in found.items():
        yield rule, failed == 0, str(word), {"checked": checked, "failed": failed}


def _landing_asset(contract: Contract, table: Table) -> dg.AssetsDefinition:
    key = landing_key(table)
    specs = [
        dg.AssetCheckSpec(r.name, asset=key, description=f"{r.reason_zh} · {r.reason_en}")
        for r in [*door.rules(contract, table), door_batch.freshness(table)]
    ]

    @dg.asset(
        key=key,
        group_name=f"landing_{table.silo}",
        kinds={table.protocol, "parquet"},
        description=f"{contract.zh} {table.zh} · {contract.en}: {table.en}",
        partitions_def=DAYS if table.partition == "day" else QUARTERS,
        check_specs=specs,
        retry_policy=RETRY,
        pool=WRITER,
        metadata={"owner": contract.raw["owner"]["en"], "cadence": contract.cadence, "grace_days": contract.grace_days},
    )
    def land(context: dg.AssetExecutionContext) -> Iterator[Any]:
        settings = Settings.load()
        held = landing.lock(settings)
        try:
            result = pulling.pull_table(settings, contract, table, settings.connection(contract.silo, table.protocol))
        finally:
            held.release()
        if result.error is not None:
            raise dg.Failure(str(result.error)) from result.error
        for m in result.refusals:
            context.log.warning(f"{m['source']['name']}: {m['reason']['what']}. {m['reason']['do']}")
        yield dg.MaterializeResult(
            metadata=landed_metadata(result.batches) | {"refused_files": len(result.refusals)},
            check_results=[
                dg.AssetCheckResult(
                    check_name=rule, asset_key=key, passed=passed, severity=severity(word), metadata=more
                )
                for rule, passed, word, more in [
                    *_complete(contract, table, result.batches),
                    fresh(settings, contract, table, _last_day(context.partition_key)),
                ]
            ],
        )

    return land


def fresh(settings: Settings, contract: Contract, table: Table, day: date) -> tuple[str, bool, str, dict[str, Any]]:
    """Return the outcome of ``<silo>.<table>.fresh`` as of ``day``: name, passed, severity, what was seen."""
    said = door_batch.verdict(contract, table, store.known(settings, table), day)
    return said["rule"], said["passed"], said["severity"], said["seen"]


def _last_day(partition: str) -> date:
    """Return the day of the verdict: the last of a quarter, or the day itself. The partition is asked for, no clock read."""
    return date.fromisoformat(partition) if "-" in partition else periods.parse(partition).end


def _complete(
    contract: Contract, table: Table, batches: list[dict[str, Any]]
) -> Iterator[tuple[str, bool, str, dict[str, Any]]]:
    """Yield an outcome for every rule of the door; with nothing new, all hold as they did."""
    said = {rule: (passed, word, more) for rule, passed, word, more in landing_checks(table, batches)}
    for r in door.rules(contract, table):
        passed, word, more = said.get(r.name, (True, r.severity, {"checked": 0, "failed": 0}))
        yield r.name, passed, word, more


@dg.multi_asset(
    specs=[
        dg.AssetSpec(key, group_name="landing", kinds={"parquet"}, description="Made from the manifests of all silos")
        for key in INDEX.values()
    ],
    pool=WRITER,
)
def landing_index() -> Iterator[dg.MaterializeResult]:
    """Write batches, checks and quarantine of all silos into three tables, from the manifests."""
    settings = Settings.load()
    for name, rows in index.rebuild(settings, all_contracts(settings.profile)).items():
        yield dg.MaterializeResult(asset_key=INDEX[name], metadata={"rows": rows})


# ------------------------------------------------------------------------------------------------ dbt


class Translator(DagsterDbtTranslator):
    """Names dbt's nodes as the house does: ``room/name``; sources are landing tables."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """Return ``method/<seed>``, ``<room>/<model>``, ``landing/<silo>/<table>``, the index or ``linkage/<entity>``."""
        kind, name = dbt_resource_props["resource_type"], dbt_resource_props["name"]
        if kind == "source":
            if dbt_resource_props["source_name"] == "linkage":
                return linkage_key(name.split("__", 1)[0])
            if dbt_resource_props["source_name"] != "landing":
                return INDEX.get(name) or dg.AssetKey(["landing", "index", name])
            return dg.AssetKey(["landing", *name.split("__", 1)])
        return dg.AssetKey(["method" if kind == "seed" else dbt_resource_props["fqn"][1], name])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """Return the room."""
        return self.get_asset_key(dbt_resource_props).path[0]


# one step leaves both tables of a kind of thing, links and pairs: one asset
_TRANSLATED = DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True)


@cache
def manifest() -> dict[str, Any]:
    """Return dbt's manifest of the project as it stands."""
    return warehouse.manifest(Settings.load())


def tested_key(node: Mapping[str, Any], found: Mapping[str, Any]) -> dg.AssetKey | None:
    """Return the asset a dbt test is about: the one in its name, ``<model>__<claim>``, else the one it is attached to."""
    read = [u for u in node["depends_on"]["nodes"] if u.split(".")[0] in {"model", "seed"}]
    named = [u for u in read if node["name"].startswith(f"{u.rsplit('.', 1)[-1]}__")]
    about = next(iter(named), None) or node.get("attached_node") or next(reversed(read), None)
    return Translator().get_asset_key(found["nodes"][about]) if about else None


def dbt_check_specs(found: Mapping[str, Any]) -> list[dg.AssetCheckSpec]:
    """Return one check per dbt data test, named like the test."""
    specs = []
    for node in found["nodes"].values():
        key = tested_key(node, found) if node["resource_type"] == "test" else None
        if key:
            specs.append(dg.AssetCheckSpec(node["name"], asset=key, description=node.get("description") or None))
    return specs


def _dbt_assets() -> dg.AssetsDefinition:
    found = manifest()
    specs = [
        s.replace_attributes(partitions_def=QUARTERS, skippable=False, deps=[_whole(d) for d in s.deps])
        for s in build_dbt_asset_specs(manifest=found, dagster_dbt_translator=Translator(_TRANSLATED))
    ]
    specs += [_linkage_spec(linker) for linker in LINKERS] + [_analysis_spec(a) for a in ANALYSES]
    specs.append(
        dg.AssetSpec(
            linkage_key("conflict"), group_name="linkage", kinds={"parquet"}, partitions_def=QUARTERS,
            description="What people say of values that conflict, from the log of decisions",
        )
    )  # fmt: skip

    @dg.multi_asset(name="warehouse", specs=specs, check_specs=dbt_check_specs(found), pool=WRITER, retry_policy=None)
    def build(context: dg.AssetExecutionContext) -> Iterator[Any]:
        settings = Settings.load()
        held = landing.lock(settings)
        try:
            # a partition run was asked for: it runs, whether or not the fingerprint says it need not
            done = warehouse.build(settings, periods.with_previous(context.partition_key), force=True)
        except AnlanError as e:
            raise dg.Failure(str(e)) from e
        finally:
            held.release()
        ran = {r["unique_id"]: r for r in done.results}
        by_name = {r["name"]: r for r in done.results if r["kind"] == "test"}
        keys = {
            Translator().get_asset_key(found["nodes"][u]): r
            for u, r in ran.items()
            if u in found["nodes"] and r["kind"] != "test"
        }
        linked = {linkage_key(d.entity_type): d.as_metadata() for d in done.linkage}
        for spec in specs:
            r = keys.get(spec.key)
            more = linked.get(spec.key) or ({"seconds": r["seconds"]} if r else {})
            yield dg.MaterializeResult(asset_key=spec.key, metadata=more)
        for check in dbt_check_specs(found):
            r = by_name.get(check.name)
            if r:
                yield dg.AssetCheckResult(
                    check_name=check.name,
                    asset_key=check.asset_key,
                    passed=r["status"] == "pass",
                    severity=severity(r["severity"]),
                    metadata={"failures": r["failures"] or 0},
                )

    return build


def _linkage_spec(linker: Linker) -> dg.AssetSpec:
    """Return the asset between two core models: the tables that linkage leaves for one entity type."""
    return dg.AssetSpec(
        linkage_key(linker.entity_type),
        group_name="linkage",
        kinds={"parquet"},
        description=f"Which records of {linker.records} are the same {linker.entity_type}, with probability and reasons",
        partitions_def=QUARTERS,
        deps=[dg.AssetKey(["core", linker.records]), dg.AssetKey(["method", "method_link_thresholds"])],
    )


def _analysis_spec(analysis: Analysis) -> dg.AssetSpec:
    """Return the asset between core models: the tables that an analysis leaves."""
    return dg.AssetSpec(
        linkage_key(analysis.name),
        group_name="linkage",
        kinds={"parquet"},
        description="; ".join(analysis.tables.values()),
        partitions_def=QUARTERS,
        deps=[*(dg.AssetKey(["core", m]) for m in analysis.reads), dg.AssetKey(["method", "method_parameters"])],
    )


def _whole(dep: dg.AssetDep) -> dg.AssetDep:
    """Read a landing table whole: a quarter's score looks back twelve months and more."""
    if dep.asset_key.path[0] != "landing":
        return dep
    return dg.AssetDep(dep.asset_key, partition_mapping=dg.AllPartitionMapping())


# ------------------------------------------------------------------------------------------------ release


@cache
def release_check_specs() -> list[dg.AssetCheckSpec]:
    """Return one check per rule of the release door, named like the rule, and the index of all departments."""
    rules = {x["meta"]["rule"]: x["meta"] for suite in release_door.suites().values() for x in suite["expectations"]}
    return [
        *(dg.AssetCheckSpec(name, asset=RELEASE, description=f"{m['reason_zh']} · {m['reason_en']}") for name, m in sorted(rules.items())),
        dg.AssetCheckSpec(judged.INDEX, asset=RELEASE, description="各部门数据壁垒指数 · the data-barrier index of every department"),
    ]  # fmt: skip


@dg.asset(
    key=RELEASE,
    group_name="release",
    kinds={"parquet"},
    partitions_def=QUARTERS,
    pool=WRITER,
    deps=[dg.AssetKey(["marts", name]) for name in release.MARTS],
    check_specs=release_check_specs(),
)
def quarter_release(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Freeze the quarter as Parquet with a hashed manifest; a new revision only where something changed."""
    settings = Settings.load()
    done = release.freeze(settings, context.partition_key)
    with release.open_release(settings, done.release) as opened:
        said = list(release_checks(judged.checks(opened)))
    return dg.MaterializeResult(
        metadata=release_metadata(done),
        check_results=[
            dg.AssetCheckResult(check_name=rule, passed=passed, severity=severity(word), metadata=seen)
            for rule, passed, word, seen in said
        ],
    )


def release_checks(said: list[dict[str, Any]]) -> Iterator[tuple[str, bool, str, dict[str, Any]]]:
    """Yield rule, whether it passed, its severity and metadata of what was said of a release (``release.judged``)."""
    known = {spec.name for spec in release_check_specs()}
    for c in said:
        if c["rule"] in known:
            yield c["rule"], c["passed"], c["severity"], {
                k.removesuffix("_md"): dg.MetadataValue.md(v) if k.endswith("_md") else v for k, v in c["seen"].items()
            }  # fmt: skip


def release_metadata(done: release.ReleaseResult) -> dict[str, Any]:
    """Return what a release says of itself."""
    return {
        "release": done.release,
        "is_new": done.is_new,
        "tables": done.tables,
        "rows": done.rows,
        "content_sha256": done.content_sha256,
    }


def all_assets() -> list[Any]:
    """Return every asset of the demo profile's silos, dbt and releases."""
    tables = [_landing_asset(c, t) for c in all_contracts("demo") for t in c.tables.values()]
    return [*tables, landing_index, _dbt_assets(), quarter_release]


def quarter_of(moment: datetime) -> str:
    """Return the quarter that ``moment`` lies in, by the district's clock."""
    return periods.containing(moment.astimezone(ZoneInfo(LOCAL)).date()).code
