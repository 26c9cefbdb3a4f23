"""Write ``models/staging/_sources.yml`` from the contracts: a landed column is described in one place only.

Run ``python dbt_project/make_sources.py`` after a contract changes; ``--check`` exits 1 when the file is stale.
Nothing else belongs here: what a column means is the contract's word, what becomes of it is staging's.
"""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
TARGET = HERE / "models" / "staging" / "_sources.yml"
READ = "read_parquet('{{{{ var(\"landing_dir\") }}}}/{path}', {options})"
HIVE = "hive_partitioning=true, hive_types_autocast=false, union_by_name=true"
INDEX = {
    "batches": "One row per landed, refused or genesis batch, from its manifest",
    "checks": "One row per batch x door rule",
    "quarantine": "One row per refused row x door rule",
}


def sources(contracts: list[dict]) -> dict:
    """Return the dbt sources document for ``contracts`` (parsed YAML, demo profile only)."""
    tables = []
    for contract in contracts:
        for name, table in contract["tables"].items():
            tables.append({
                "name": f"{contract['silo']}__{name}",
                "description": f"One row per landed row of {table['name']['en']} ({table['name']['zh']}), "
                               f"{contract['name']['en']}; refused and duplicate rows included",
                "config": {"meta": {"external_location": READ.format(
                    path=f"{contract['silo']}/{name}/*/*/rows.parquet", options=HIVE)}},
                "columns": [
                    {"name": column, "description": f"{spec['zh']} / {spec['en']}"}
                    for column, spec in table["columns"].items()
                ],
            })
    index = [
        {"name": name, "description": text, "config": {"meta": {"external_location": READ.format(
            path=f"_index/{name}.parquet", options="union_by_name=true")}}}
        for name, text in INDEX.items()
    ]
    return {"version": 2, "sources": [
        {"name": "landing", "description": "What the departments sent, batch by batch; never changed",
         "tables": tables},
        {"name": "landing_index", "description": "Manifests, door results and quarantine of all batches",
         "tables": index},
    ]}


def render(root: Path) -> str:
    """Return the YAML text for the contracts under ``root/pipelines/silos``."""
    paths = sorted((root / "pipelines" / "silos").glob("*/contract.yaml"))
    contracts = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in paths]
    demo = [contract for contract in contracts if contract.get("profile", "demo") == "demo"]
    head = "# Written by make_sources.py from the contracts: change a contract, not this file.\n"
    return head + yaml.safe_dump(sources(demo), allow_unicode=True, sort_keys=False, width=4096)


def main() -> int:
    """Write the file, or with ``--check`` say whether it is stale."""
    text = render(HERE.parent)
    if "--check" in sys.argv[1:]:
        fresh = TARGET.exists() and TARGET.read_text(encoding="utf-8") == text
        if not fresh:
            print(f"{TARGET.relative_to(HERE.parent)} differs from the contracts: run make_sources.py")
        return 0 if fresh else 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
