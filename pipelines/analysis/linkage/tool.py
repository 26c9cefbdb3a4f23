"""``anlan link``: CSV files and a spec in, ``pairs.csv`` and ``clusters.csv`` out. Faults are found before anything is written."""

from __future__ import annotations

import csv
import io
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from pipelines.analysis.linkage import paths, records
from pipelines.analysis.linkage.engine import Linked, link
from pipelines.analysis.linkage.spec import Spec, load_spec
from pipelines.errors import AnlanError

_BY_CHANCE = 2  # so many Han characters of UTF-8 may the first bytes of a file of GB 18030 look like


@dataclass(frozen=True)
class Done:
    """What one call did: records read, pairs joined, pairs for a person to look at, clusters, records stopped."""

    records: int
    pairs: int
    review: int
    clusters: int
    stopped: int


def run(data: list[Path], spec_path: Path, out: Path) -> Done:
    """Link the records of ``data`` as ``spec_path`` says and write the answers below ``out``.

    Raises :class:`AnlanError` (file, line, fault, what to do) for anything that cannot be read; then nothing is written.
    """
    spec = load_spec(spec_path)
    if out.exists() and not out.is_dir():
        raise AnlanError(f"--out {out.name}", "is a file", do="name a folder")
    found = _together([(p, read(p, spec)) for p in data], spec)
    linked = link(found, spec, plain=True)
    return write(linked, out)


def read(path: Path, spec: Spec) -> pa.Table:
    """Return the columns of one CSV file that the spec names, as text without blanks at the ends."""
    where = f"data {path.name}"
    raw = _utf8(path, where)
    if not raw.strip():
        raise AnlanError(where, "is empty", seen=f"{len(raw)} bytes", do="give a CSV file with a header and records")
    header = [h.strip() for h in next(_lines(raw))[1]]
    twice = sorted({h for h in header if h and header.count(h) > 1})
    if twice:
        raise AnlanError(where, "names a column twice", seen=", ".join(twice), do="give each column its own name")
    if spec.id not in header:
        raise AnlanError(
            where, "has no id column", seen=f"no {spec.id!r} among {', '.join(header)}", do="mend id: of the spec or the header"
        )  # fmt: skip
    needed = list(dict.fromkeys([spec.id, *records.names(spec)]))
    missing = [c for c in needed if c not in header]
    if missing:
        raise AnlanError(
            where, "lacks columns that the spec names", seen=f"no {', '.join(missing)} among {', '.join(header)}",
            do="mend columns: and keys: of the spec, or the header",
        )  # fmt: skip
    unique = [f"{i}" for i in range(len(header))]
    try:
        table = pcsv.read_csv(
            pa.BufferReader(raw),
            pcsv.ReadOptions(column_names=unique, skip_rows=0, use_threads=True),
            pcsv.ParseOptions(newlines_in_values=True),
            pcsv.ConvertOptions(
                column_types=dict.fromkeys(unique, pa.string()), strings_can_be_null=False,
                include_columns=[unique[header.index(c)] for c in needed],
            ),
        )  # fmt: skip
    except pa.ArrowInvalid as e:
        raise _ragged(where, raw, len(header), str(e)) from e
    table = table.slice(1).rename_columns(needed)
    if table.num_rows == 0:
        raise AnlanError(where, "holds no records", seen="a header only", do="give at least one record")
    ids = pc.utf8_trim_whitespace(table[spec.id])
    if pc.any(pc.equal(ids, "")).as_py():
        at = pc.index(ids, "").as_py()
        raise AnlanError(
            where, "has a record without an id", seen=f"line {_line(raw, at)}, {spec.id} is empty", do="give every record an id"
        )  # fmt: skip
    return table.set_column(0, spec.id, ids)


def _utf8(path: Path, where: str) -> bytes:
    """Return the bytes of a file of UTF-8 or, where it is none from the start, GB 18030 (GBK, GB 2312), as UTF-8."""
    try:
        raw = path.read_bytes()
    except OSError as e:
        raise AnlanError(where, "cannot be read", seen=e.strerror or str(e), do="name an existing file") from e
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise AnlanError(where, "is not UTF-8", seen="the mark of UTF-16", do="save it as UTF-8")
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as e:
        # a slip in a file of UTF-8 must not make another file of it
        broken = sum(c >= "\u4e00" for c in raw[: e.start].decode("utf-8")) > _BY_CHANCE
        text = None if broken else _gb18030(raw)
        if text is None:
            line = raw.count(b"\n", 0, e.start) + 1
            raise AnlanError(
                where, "is not UTF-8" if broken else "is not UTF-8 and not GB 18030", seen=f"line {line}, byte {raw[e.start]:#04x}",
                do="save it as UTF-8",
            ) from e  # fmt: skip
        return text.encode("utf-8")
    return raw


def _gb18030(raw: bytes) -> str | None:
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError:
        return None


def _lines(raw: bytes) -> Iterator[tuple[int, list[str]]]:
    """Give each record with the line it begins on; blank lines are passed over, as the fast reader does."""
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8", newline=""), skipinitialspace=False)
    at = 1
    for row in reader:
        if row:
            yield at, row
        at = reader.line_num + 1


def _line(raw: bytes, record: int) -> int:
    """Return the line of the file on which a record (counted from 0, without the header) begins."""
    for i, (line, _) in enumerate(_lines(raw)):
        if i == record + 1:
            return line
    return 0


def _ragged(where: str, raw: bytes, wanted: int, said: str) -> AnlanError:
    try:
        for line, row in _lines(raw):
            if len(row) != wanted:
                return AnlanError(
                    where, "has a row of another width than its header", seen=f"line {line}: {len(row)} values, header: {wanted}",
                    do="mend that row; quote values that hold a comma",
                )  # fmt: skip
    except csv.Error as e:
        said = str(e)
    return AnlanError(where, "is not CSV", seen=said[:200], do="save it as comma-separated UTF-8")


def _together(tables: list[tuple[Path, pa.Table]], spec: Spec) -> pa.Table:
    """Return all files as one table; an id that stands twice, in one file or in two, is refused."""
    whole = pa.concat_tables([t for _, t in tables])
    ids = whole[spec.id]
    if pc.count_distinct(ids).as_py() == whole.num_rows:
        return whole
    seen: dict[str, int] = {}
    for at, value in enumerate(ids.to_pylist()):
        if value in seen:
            first, second = _place(tables, seen[value]), _place(tables, at)
            raise AnlanError(
                f"data {second[0]} line {second[1]}", "repeats an id",
                seen=f"{spec.id} {value!r}, already in {first[0]} line {first[1]}",
                do="give every record an id of its own over all files, such as a prefix per file",
            )  # fmt: skip
        seen[value] = at
    return whole


def _place(tables: list[tuple[Path, pa.Table]], at: int) -> tuple[str, int]:
    for path, table in tables:
        if at < table.num_rows:
            return path.name, _line(_utf8(path, path.name), at)
        at -= table.num_rows
    return "", 0


def write(linked: Linked, out: Path) -> Done:
    """Write ``pairs.csv``, ``clusters.csv``, ``review.csv``, ``stopped.csv`` and ``model.json``, each by one rename."""
    shown = pa.table(
        {
            "left": linked.pairs["left_id"],
            "right": linked.pairs["right_id"],
            "probability": _places(linked.pairs["probability"]),
            "why": linked.pairs["why"],
        }
    )
    links = pa.table({"id": linked.links["record_id"], "cluster": linked.links["cluster_id"]})
    pairs = paths.completed(shown.filter(linked.together), links)
    review = shown.filter(pc.invert(linked.together))
    stopped = linked.stopped.select(["record_id", "cluster_id", "member_count", "reason"])
    made = {
        "pairs": pairs,
        "clusters": links,
        "review": review,
        "stopped": stopped.rename_columns(["id", "cluster", "members", "why"]),
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, table in made.items():
            _put(out / f"{name}.csv", _csv(table))
        model = json.dumps(linked.model, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        _put(out / "model.json", model)
    except OSError as e:
        raise AnlanError(
            f"--out {out}", "cannot be written", seen=e.strerror or str(e), do="name another folder"
        ) from e
    clusters = pc.count_distinct(links["cluster"]).as_py()
    return Done(links.num_rows, pairs.num_rows, review.num_rows, clusters, stopped.num_rows)


def _places(numbers: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.round(numbers.cast(pa.float64()), 6).cast(pa.decimal128(9, 6)).cast(pa.string())


def _csv(table: pa.Table) -> str:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(table.column_names)
    rows.writerows(zip(*(c.to_pylist() for c in table.columns), strict=True))
    return text.getvalue()


def _put(path: Path, text: str) -> None:
    tmp = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        tmp.write_text(text, encoding="utf-8", newline="")
        os.replace(tmp, path)
    finally:
        tmp.unlink(missing_ok=True)
