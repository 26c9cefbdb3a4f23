"""Persons: whom the records of rosters, certificates, teams, training and pay mean. Only keyed hashes come in.

Sure are, under the same name: the same identity number, the same 17 places before its check place, the same number of
a silo's own list, the same phone. The rest is weighed: how alike number and name are, phone, own number, unit, town.
Two different good identity numbers never meet. What contradicts itself goes to people: two numbers for what is else
one person, and one number under two names.
"""

from __future__ import annotations

import json

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.analysis.linkage import registry, tables
from pipelines.analysis.linkage.engine import Linked, link
from pipelines.analysis.linkage.spec import Spec

# the order in which the engine reads the parts (normalise: name_hashes, id_hashes)
_NAME = ("name_hash", "name_pinyin_hash", "name_rare_last_hash", "name_rare_middle_hash", "name_given_hash", "name_surname_hash")  # fmt: skip
_NUMBER = ("person_hash", "id_stem_hash", "birth_date", "birth_year")
TWO_NUMBERS = "two identity numbers"
TWO_NAMES = "one identity number, two names"


def spec(thresholds: registry.Thresholds) -> Spec:
    """Return how persons are compared, with the limits of the method."""
    return Spec(
        id="record_id",
        columns={
            "identity": "id_hashes", "name": "name_hashes", "phone": "hash", "own_number": "hash", "unit": "hash", "town": "hash",
        },
        keys=(
            ("person_hash", "name_hash"), ("id_stem_hash", "name_hash"), ("own_number", "name_hash"),
            ("certificate_identity", "name_hash"), ("name_hash", "phone"),
        ),
        exclusive=("person_hash",),
        needed=("name",),
        threshold=float(thresholds["match"]),
        review=float(thresholds["review"]),
        max_cluster=int(thresholds["max_cluster"]),
        entity_type="person",
    )  # fmt: skip


def _joined(records: pa.Table, columns: tuple[str, ...]) -> pa.Array:
    """Return the columns as one text, ``-`` where one is empty; null where all are."""
    parts = [pc.fill_null(records[c].cast(pa.string()), "-") for c in columns]
    text = pc.binary_join_element_wise(*parts, " ")
    return pc.if_else(pc.equal(text, " ".join("-" * len(columns))), pa.scalar(None, pa.string()), text)


def prepared(records: pa.Table) -> pa.Table:
    """Return what is compared, from the columns of the record model."""
    whole = records.append_column("birth_year", pc.strftime(records["birth_date"], format="%Y"))
    return pa.table(
        {
            "record_id": records["record_id"],
            "identity": _joined(whole, _NUMBER),
            "name": _joined(records, _NAME),
            "phone": records["phone_hash"],
            "own_number": records["own_key"],
            "unit": records["unit_key"],
            "town": records["town_id"],
            "person_hash": records["person_hash"],
            "id_stem_hash": records["id_stem_hash"],
            "name_hash": records["name_hash"],
            # a certificate number may hold its holder's identity number where the number itself is spoiled
            "certificate_identity": pc.coalesce(records["person_hash"], records["cert_identity_hash"]),
        }
    )


def run(
    records: pa.Table, decisions: registry.Decisions, thresholds: registry.Thresholds, previous: object
) -> Linked | registry.Linked:
    """Link the records of persons; see :mod:`pipelines.analysis.linkage.registry` for arguments and result."""
    if records.num_rows == 0:
        return registry.Linked(tables.LINKS.empty_table(), tables.PAIRS.empty_table(), {"model_version": "none"})
    found = link(prepared(records), spec(thresholds), decisions, previous)
    found.pairs = reviewed(records, found)
    found.codes = records.select(["record_id", "person_hash"]).drop_null().rename_columns(["record_id", "code"])
    return found


def reviewed(records: pa.Table, found: Linked) -> pa.Table:
    """Return the pairs with what contradicts itself in review, and without likely pairs that can never meet.

    A likely pair whose clusters have two different good numbers is one person with two numbers, or two people: people
    say which. A pair in review whose clusters have two different numbers is nothing: it cannot be joined. One number
    in two clusters, so under two names, is shown by one pair of records.
    """
    with duckdb.connect() as con:
        con.register("records", records.select(["record_id", "person_hash"]))
        con.register("links", found.links.select(["record_id", "cluster_id"]))
        con.register("pairs", found.pairs)
        con.execute(
            "create table of as select record_id, cluster_id, max(person_hash) over (partition by cluster_id) as number "
            "from links join records using (record_id)"
        )
        con.execute(
            "create table kept as select p.* replace (case when apart and band = 'match' and decision is null then 'review' else band end as band, "
            f"case when apart and band = 'match' and decision is null then '{TWO_NUMBERS}' else rule end as rule) from ("
            "select p.*, coalesce(a.number <> b.number, false) as apart from pairs p join of a on a.record_id = left_id "
            "join of b on b.record_id = right_id) p where not (apart and band = 'review' and decision is null)"
        )
        con.execute("alter table kept drop column apart")
        # the first record of each cluster under a number, and what it weighs that both have it: so rare is the number
        con.execute(
            "create table firsts as select number, min(record_id) as first, log2(any_value(records_of.n) / any_value(number_of.n)) as weight "
            "from of join records using (record_id), (select count(person_hash) as n from records) records_of, "
            "lateral (select count(*) as n from records r where r.person_hash = number) number_of "
            "where person_hash is not null group by number, cluster_id"
        )
        known = con.execute(
            "select a.first, b.first, round(a.weight, 3) from firsts a join firsts b on a.number = b.number and a.first < b.first "
            "where not exists (select 1 from kept where left_id = a.first and right_id = b.first) order by all"
        ).fetchall()
        unlike = found.model["columns"]["name"]["levels"][0]["weight"]
        rows = [_two_names(left, right, weight, unlike) for left, right, weight in known]
        con.register("more", pa.table({c: pa.array([r[c] for r in rows], kept.type) for c, kept in _columns(con)}))
        con.execute("insert into kept by name select * replace (? as model_version) from more", [found.model["model_version"]])  # fmt: skip
        return con.sql("select * from kept order by left_id, right_id").to_arrow_table()


def _columns(con: duckdb.DuckDBPyConnection) -> list[tuple[str, pa.Field]]:
    """Return the columns of ``kept`` as Arrow fields."""
    return [(f.name, f) for f in con.sql("from kept limit 0").to_arrow_table().schema]


def _two_names(left: str, right: str, weight: float, unlike: float) -> dict[str, object]:
    """Return the row of a pair that shares a number and no name; ``weight`` and ``unlike``: what either says."""
    why = [
        {"column": "identity", "level": "equal", "left_same": True, "weight": weight},
        {"column": "name", "level": "different", "left_same": False, "weight": unlike},
    ]
    total = round(weight + unlike, 6)
    return {
        "left_id": left, "right_id": right, "probability": round(1 / (1 + 2.0 ** -max(-60.0, min(60.0, total))), 6), "match_weight": total,
        "band": "review", "rule": TWO_NAMES, "why": json.dumps(why), "decision": None, "model_version": None,
    }  # fmt: skip
