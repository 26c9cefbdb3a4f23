"""The project as dbt has parsed it, kept beside the project: it is parsed once, whichever home or quarter is built.

dbt keeps what it parsed below a home and for one set of variables; a new home, another quarter or district, or one as
known on a date, would parse again what is the same. Of a home, parsing needs the folders that sources name: here they are parsed as stand-ins, and
each call gets the project with its own. Building is :mod:`pipelines.warehouse`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from filelock import FileLock

from pipelines.settings import ROOT

PROJECT = ROOT / "dbt_project"
# the folders of a home that sources name, and what no source, reference or config of the project depends on:
# it stands in the text of models alone, which dbt makes anew in each call
_FOLDERS = ("landing_dir", "linkage_dir")
VALUES = ("as_known_on", "district_code", "method_version", "periods")
_KEPT = 3  # how many sets of variables stay parsed
Variables = dict[str, Any]


def files(folders: tuple[str, ...]) -> list[Path]:
    """Return the files of ``folders`` that dbt parses, in order."""
    return sorted(p for f in folders for p in (PROJECT / f).rglob("*") if p.suffix in {".sql", ".py", ".yml", ".csv"})


def add_files(digest: Any, folders: tuple[str, ...]) -> None:
    """Add how the project is set up and the files of ``folders``, by name and content, to ``digest``."""
    digest.update((PROJECT / "dbt_project.yml").read_bytes())
    for path in files(folders):
        digest.update(f"{path.relative_to(PROJECT)}:".encode() + path.read_bytes())


def _mark() -> str:
    """Return a hash of everything that what dbt parses depends on, but the variables."""
    digest = hashlib.sha256(f"{PROJECT} {version('dbt-core')} {version('dbt-duckdb')}".encode())
    digest.update((PROJECT / "profiles.yml").read_bytes())
    add_files(digest, ("models", "seeds", "macros", "tests"))
    return digest.hexdigest()


def _stand_in(name: str) -> str:
    return f"a-folder-of-the-home-{name}"


class Parsed:
    """The parsed project under one set of variables. ``parse`` is called with variables and a folder when it is out of date."""

    def __init__(self, variables: Variables, parse: Callable[[Variables, Path], None]) -> None:
        self.given = variables
        self.asked = {k: _stand_in(k) if k in _FOLDERS else v for k, v in variables.items() if k not in VALUES}
        said = json.dumps(self.asked, sort_keys=True).encode()
        self.folder = PROJECT / "target" / f"parsed-{hashlib.sha256(said).hexdigest()[:16]}"
        self._parse = parse

    def read(self, name: str) -> bytes:
        """Return a file dbt left when it parsed the project as it stands now."""
        self.folder.mkdir(parents=True, exist_ok=True)
        stamp, mark = self.folder / "stamp", _mark()
        with FileLock(self.folder.parent / "parsed.lock"):
            if not (stamp.is_file() and stamp.read_text() == mark):
                stamp.unlink(missing_ok=True)
                self._parse(self.asked, self.folder)
                stamp.write_text(mark)
                self._forget_old()
            os.utime(self.folder)
            return (self.folder / name).read_bytes()

    def _forget_old(self) -> None:
        kept = sorted(self.folder.parent.glob("parsed-*/"), key=lambda p: p.stat().st_mtime)
        for old in kept[:-_KEPT]:
            if old != self.folder:
                shutil.rmtree(old, ignore_errors=True)

    def project(self) -> Any:
        """Return the project as dbt wants it, its sources in the folders that were given."""
        from dbt.contracts.graph.manifest import Manifest

        found = Manifest.from_msgpack(self.read("partial_parse.msgpack"))
        for source in found.sources.values():
            source.meta, source.relation_name = self.placed(source.meta), self.placed(source.relation_name)
            source.config.meta = self.placed(source.config.meta)
        found.build_parent_and_child_maps()
        # what a macro of ours asks of `graph`; all of it, as dbt tells it, takes longer to write than is saved by asking once
        found.flat_graph = {
            "nodes": {
                key: {"resource_type": n.resource_type, "schema": n.schema, "alias": n.alias, "config": {"materialized": n.config.materialized}}
                for key, n in found.nodes.items()
            }
        }  # fmt: skip
        return found

    def placed(self, said: Any) -> Any:
        """Return words of a source with the folders that were given in place of their stand-ins."""
        if isinstance(said, dict):
            return {k: self.placed(v) for k, v in said.items()}
        if isinstance(said, str):
            for name in _FOLDERS:
                said = said.replace(_stand_in(name), str(self.given.get(name)))
        return said
