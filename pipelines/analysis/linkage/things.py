"""Teams, devices, stores, plans and stations: which records of the silos are one of them.

Each kind has its own short specification. A register lists a thing once: two numbers of one register are two things,
so its number keeps records apart (:func:`_registers`). Names come as normal forms from dbt.
"""

from __future__ import annotations

import json

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.analysis.linkage import registry, tables
from pipelines.analysis.linkage.engine import Linked, link
from pipelines.analysis.linkage.spec import Spec

# two cameras of one owner are one where they lie this near (metres) and no third is within the other distance of either
NEAR_M, ALONE_M = 15.0, 30.0


def _registers(records: pa.Table) -> dict[str, pa.Array]:
    """Return one column per register with its numbers: ``register_<n>``, empty for records of other lists."""
    keys = records["register_key"]
    where = pc.if_else(
        pc.is_valid(keys), pc.binary_join_element_wise(records["silo"], records["table_name"], ":"), None
    )
    lists = sorted(set(where.to_pylist()) - {None})
    return {
        f"register_{i}": pc.if_else(pc.equal(where, name), keys, pa.scalar(None, pa.string()))
        for i, name in enumerate(lists)
    }


def _point(records: pa.Table) -> pa.Array:
    """Return ``lon lat`` as text, null where there is no point."""
    return pc.binary_join_element_wise(records["lon"].cast(pa.string()), records["lat"].cast(pa.string()), " ")


def _run(
    entity_type: str,
    records: pa.Table,
    columns: dict[str, str],
    keys: tuple[tuple[str, ...], ...],
    exclusive: tuple[str, ...],
    given: tuple[registry.Decisions, registry.Thresholds, object],
    more: dict[str, pa.Array] | None = None,
) -> Linked | registry.Linked:
    """Link ``records`` by a specification; ``more`` are columns beside those of the record model."""
    if records.num_rows == 0:
        return registry.Linked(tables.LINKS.empty_table(), tables.PAIRS.empty_table(), {"model_version": "none"})
    decisions, thresholds, previous = given
    apart = _registers(records) if "register_key" in records.column_names else {}
    table = records
    for name, values in {**apart, **(more or {})}.items():
        table = table.append_column(name, values)
    asked = Spec(
        id="record_id",
        columns=columns,
        keys=keys,
        exclusive=(*exclusive, *apart),
        needed=("name_key",) if "name_key" in columns else (),
        threshold=float(thresholds["match"]),
        review=float(thresholds["review"]),
        max_cluster=int(thresholds["max_cluster"]),
        entity_type=entity_type,
    )
    return link(table, asked, decisions, previous)


def _names_alone(records: pa.Table) -> pa.Array:
    """Return the name of each record where every register lists that name once at most: then it names one thing alone."""
    seen: dict[str, dict[str, set[str]]] = {}
    columns = (records[c].to_pylist() for c in ("name_key", "register_key", "silo", "table_name"))
    rows = list(zip(*columns, strict=True))
    for name, number, silo, table in rows:
        if name and number:
            seen.setdefault(name, {}).setdefault(f"{silo}:{table}", set()).add(number)
    once = {name for name, lists in seen.items() if all(len(n) == 1 for n in lists.values())}
    return pa.array([name if name in once else None for name, *_ in rows], pa.string())


def teams(records: pa.Table, *given: object) -> Linked | registry.Linked:
    """Link rescue teams by name and place, class and village, code and leader; by the name alone where it is one team's."""
    return _run(
        "team", records,
        {"name_key": "name", "class_code": "hash", "host_uscc": "hash", "village_code": "hash", "town_id": "hash", "leader_phone_hash": "hash", "point": "point"},
        (("place_key",), ("social_uscc", "name_key"), ("host_uscc", "class_code", "name_key"), ("name_key", "village_code"),
         ("own_key", "name_key"), ("own_key", "leader_phone_hash"), ("name_key", "town_id"), ("name_alone",)),
        ("social_uscc", "class_code"), given, {"point": _point(records), "name_alone": _names_alone(records)},
    )  # fmt: skip


def devices(records: pa.Table, *given: object) -> Linked | registry.Linked:
    """Link cameras and sensors by 20-digit code and by the silo's own number.

    Two cameras under two codes at one spot of one owner are shown to people (:func:`spots`); nothing else is weighed:
    a firm has many devices of one kind in one place.
    """
    found = _run("device", records, {"device_code": "hash"}, (("device_code",), ("own_key",)), (), given)
    if records.num_rows:
        found.pairs = _with_spots(records, found)
    return found


def stores(records: pa.Table, *given: object) -> Linked | registry.Linked:
    """Link stores of goods by name and town. There are few, so nothing finer can be weighed."""
    columns = {"name_key": "hash", "town_id": "hash"}
    return _run("store", records, columns, (("name_key", "town_id"),), ("owner_code",), given)


def plans(records: pa.Table, *given: object) -> Linked | registry.Linked:
    """Link emergency plans: the one of a village, of a firm, of a town for an event; else by name and division."""
    return _run(
        "plan", records, {"name_key": "name", "level_code": "hash", "event_code": "hash", "town_id": "hash", "dept_code": "hash"},
        (("place_key",), ("own_key", "name_key"), ("name_key", "level_code", "town_id")), ("level_code",), given,
    )  # fmt: skip


def stations(records: pa.Table, *given: object) -> Linked | registry.Linked:
    """Link stations: a town has one emergency station; fire stations by name and town."""
    columns = {"name_key": "hash", "town_id": "hash"}
    return _run("station", records, columns, (("place_key",), ("name_key", "town_id")), ("kind_code",), given)


def spots(records: pa.Table) -> list[tuple[str, str]]:
    """Return pairs of cameras under two codes that owner and place say may be one: see :data:`NEAR_M`.

    Both stand in different lists, within :data:`NEAR_M` metres of each other, and no other camera of that owner in the
    other's list lies within :data:`ALONE_M` of either. Nearness proves nothing: people decide.
    """
    with duckdb.connect() as con:
        con.register(
            "given", records.select(["record_id", "silo", "table_name", "device_type", "owner_uscc", "lon", "lat"])
        )
        con.execute(
            "create table near as select a.record_id as l, b.record_id as r, a.silo || a.table_name as at, b.silo || b.table_name as bt, "
            "111195 * sqrt(pow(a.lat - b.lat, 2) + pow((a.lon - b.lon) * cos(radians(a.lat)), 2)) as metres "
            "from given a join given b using (owner_uscc, device_type) where device_type = 'camera' "
            "and a.silo || a.table_name <> b.silo || b.table_name"
        )
        return con.execute(
            f"select n.l, n.r from near n where metres <= {NEAR_M} and l < r and not exists (select 1 from near o where "
            f"o.metres <= {ALONE_M} and ((o.l = n.l and o.r <> n.r and o.bt = n.bt) or (o.l = n.r and o.r <> n.l and o.bt = n.at))) order by l, r"
        ).fetchall()


def _with_spots(records: pa.Table, found: Linked | registry.Linked) -> pa.Table:
    """Return the pairs with those of :func:`spots` that are not one device already, in review."""
    pairs = found.pairs
    cluster = dict(zip(found.links["record_id"].to_pylist(), found.links["cluster_id"].to_pylist(), strict=True))
    held = set(zip(pairs["left_id"].to_pylist(), pairs["right_id"].to_pylist(), strict=True))
    near = [p for p in spots(records) if p not in held and cluster[p[0]] != cluster[p[1]]]
    why = json.dumps(
        [
            {"column": "owner_uscc", "level": "equal", "left_same": True, "weight": 0.0},
            {"column": "place", "level": f"within {NEAR_M:g} m", "left_same": False, "weight": 0.0},
        ]
    )
    n = len(near)
    more = {
        "left_id": [p[0] for p in near], "right_id": [p[1] for p in near], "probability": [0.75] * n, "match_weight": [0.0] * n,
        "band": ["review"] * n, "rule": ["owner and spot"] * n, "why": [why] * n, "decision": [None] * n,
        "model_version": [found.model["model_version"]] * n,
    }  # fmt: skip
    added = pa.table({c: pa.array(more[c], pairs.schema.field(c).type) for c in pairs.column_names})
    return pa.concat_tables([pairs, added])
