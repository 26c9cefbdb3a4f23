"""Map layers: GeoJSON and shapefiles. Properties become columns, the geometry becomes text.

Beside the properties' names a column's ``source`` may be ``@wkt`` (the geometry as WKT), ``@lon`` and ``@lat``
(of points), ``@geometry_type`` and ``@id`` (GeoJSON). ``source: {crs: EPSG:4490}`` promises the layer's reference
system: a file that says another one is refused, because its places would be wrong by up to hundreds of metres.
What the file itself says is kept in the detail; nothing is transformed here.

A shapefile comes as a zip with its parts (``layer: name`` where there are several), or as the parts side by side
with a ``pattern`` for the ``.shp``. Text is read by the ``.cpg``, else by the contract's ``encoding``.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.connectors.base import Slice
from pipelines.connectors.files import columns as cols
from pipelines.connectors.files.columns import Reading, Wanted
from pipelines.connectors.files.containers import ZIP, Box, check_zip, member_name
from pipelines.errors import SourceError

MAX_LAYER = 256 << 20  # bytes of GeoJSON; larger layers come as shapefiles, which are read in slices
MAX_DEPTH = 12  # of nested coordinates and collections
_BATCH = 50_000
_DEPTHS = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
_DEFAULT_CRS = "OGC:CRS84"
_PARTS = {".shp", ".shx", ".dbf", ".prj", ".cpg"}


def geojson(
    box: Box, source: dict[str, Any], wanted: list[Wanted], where: str, file: str, part: str | None
) -> Iterator[Reading]:
    """Yield the features of one file. Numbers keep the text they were written in.

    Raises:
        SourceError: no GeoJSON, too large, another CRS than promised, a missing property.

    """
    if box.size > MAX_LAYER:
        raise SourceError(
            where, "the layer is larger than GeoJSON may be", seen=f"{box.size:,} bytes, limit {MAX_LAYER:,}",
            do="ask the owner for a zipped shapefile, or for parts",
        )  # fmt: skip
    features, crs = _collection(box.data(), where)
    _check_crs(crs, source, where)
    names = list(dict.fromkeys(k for f in features for k in (f.get("properties") or {})))
    data = [pa.array([_plain((f.get("properties") or {}).get(n)) for f in features], pa.string()) for n in names]
    texts, faults = [], []
    for f in features:
        text, fault = _wkt(f.get("geometry"))
        texts.append(text)
        faults.append(fault)
    given = _geometry_columns(texts) | {"@id": [_plain(f.get("id")) for f in features]}
    yield _reading(
        names, data, given, faults, range(1, len(features) + 1), wanted, where, file, part, {"crs": crs}, first=True
    )


def _collection(data: bytes, where: str) -> tuple[list[dict[str, Any]], str]:
    try:
        found = json.loads(data.decode("utf-8-sig"), parse_float=str, parse_int=str, parse_constant=str)
    except UnicodeDecodeError as e:
        raise SourceError(
            where, "the GeoJSON is not written in UTF-8", seen=f"byte {e.start}", do="ask the owner to save it as UTF-8"
        ) from e
    except RecursionError as e:
        raise SourceError(
            where, "the GeoJSON is nested deeper than any layer is", do="ask the owner what this file is"
        ) from e
    except ValueError as e:
        raise SourceError(
            where, "the file is no complete GeoJSON", seen=f"{len(data):,} bytes, {e}"[:200],
            do="ask the owner to send it again; it may be cut off",
        ) from e  # fmt: skip
    kind = found.get("type") if isinstance(found, dict) else type(found).__name__
    features = found.get("features") if kind == "FeatureCollection" else [found] if kind == "Feature" else None
    if not isinstance(features, list) or not all(isinstance(f, dict) for f in features):
        raise SourceError(
            where, "the file is JSON, but no GeoJSON layer", seen=f"its type is {str(kind)[:60]}",
            do="ask the owner for a FeatureCollection",
        )  # fmt: skip
    named = ((found.get("crs") or {}).get("properties") or {}).get("name") if isinstance(found.get("crs"), dict) else ""
    return features, str(named or _DEFAULT_CRS)


def _plain(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _wkt(geometry: Any) -> tuple[str | None, str | None]:
    """Return the WKT of a GeoJSON geometry, or a fault; the numbers' own text is kept."""
    if geometry is None:
        return None, None
    try:
        return _shape(geometry, 0), None
    except (KeyError, TypeError, ValueError, IndexError):
        kind = geometry.get("type") if isinstance(geometry, dict) else geometry
        return None, f"the geometry cannot be read: {str(kind)[:60]}"


def _shape(geometry: dict[str, Any], depth: int) -> str:
    kind = geometry["type"]
    if depth > MAX_DEPTH:
        raise ValueError(kind)
    if kind == "GeometryCollection":
        inner = ", ".join(_shape(g, depth + 1) for g in geometry["geometries"])
        return f"GEOMETRYCOLLECTION ({inner})" if inner else "GEOMETRYCOLLECTION EMPTY"
    inner = _nested(geometry["coordinates"], _DEPTHS[kind])
    return f"{kind.upper()} {inner}" if inner != "()" else f"{kind.upper()} EMPTY"


def _nested(values: list[Any], depth: int) -> str:
    if depth == 0:
        return f"({_position(values)})" if values else "()"
    if depth == 1:
        return "(" + ", ".join(_position(v) for v in values) + ")"
    return "(" + ", ".join(_nested(v, depth - 1) for v in values) + ")"


def _position(values: list[Any]) -> str:
    if not isinstance(values, list) or not 2 <= len(values) <= 4:
        raise ValueError(values)
    for v in values:
        float(v)
    return " ".join(str(v) for v in values[:3])


def _geometry_columns(texts: list[str | None]) -> dict[str, list[str | None]]:
    """Return what the pseudo-columns of a geometry say."""
    points = [t[7:-1].split(" ") if t and t.startswith("POINT (") else None for t in texts]
    return {
        "@wkt": texts,
        "@lon": [p[0] if p else None for p in points],
        "@lat": [p[1] if p else None for p in points],
        "@geometry_type": [t.split(" (")[0].removesuffix(" EMPTY").removesuffix(" Z") if t else None for t in texts],
    }


def _check_crs(crs: str | None, source: dict[str, Any], where: str) -> None:
    promised = source.get("crs")
    if promised is None or crs is None:
        return
    if _authority(str(promised)) != _authority(crs):
        raise SourceError(
            where, "the layer is in another reference system than the contract says",
            seen=f"the file says {crs[:80]}, the contract {promised}",
            do="ask the owner to export it in the agreed system, or change the contract with a new version",
        )  # fmt: skip


def _authority(crs: str) -> str:
    """Return a reference system as ``AUTHORITY:CODE``; CRS84 and EPSG:4326 name the same places."""
    import pyproj

    try:
        found = pyproj.CRS.from_user_input(crs).to_authority(min_confidence=25)
    except pyproj.exceptions.CRSError:
        return crs.casefold()
    name = ":".join(found) if found else crs.casefold()
    return "EPSG:4326" if name == _DEFAULT_CRS else name


def _reading(
    names: list[str], data: list[pa.Array], given: dict[str, list[str | None]], faults: list[str | None],
    numbers: range, wanted: list[Wanted], where: str, file: str, part: str | None, detail: dict[str, Any], first: bool,
) -> Reading:  # fmt: skip
    found, extra = cols.places(wanted, names, None, where, 1)
    for name, values in given.items():
        found[name] = len(data)
        data = [*data, pa.array(values, pa.string())]
    table, odd = cols.shape(wanted, found, data, len(numbers), file, part)
    bad = pa.array(faults, pa.string()) if any(faults) else None
    bad = odd if bad is None else bad if odd is None else pc.coalesce(bad, odd)
    reading = Reading([Slice(file, part or "", pa.array(numbers, pa.int64()), table, bad)])
    if first:
        reading.checks = [cols.extra_columns(extra)]
        reading.detail = {**detail, **({"extra_columns": extra} if extra else {})}
    return reading


def shapefile(
    box: Box, source: dict[str, Any], wanted: list[Wanted], where: str, file: str, part: str | None
) -> Iterator[Reading]:
    """Yield the features of one shapefile in slices.

    Raises:
        SourceError: a part of it is missing or damaged, wrong encoding, another CRS than promised.

    """
    with tempfile.TemporaryDirectory(prefix="anlan-layer-") as folder:
        shp = _unfold(box, source, where, Path(folder))
        yield from _features(shp, source, wanted, where, file, part)


def _unfold(box: Box, source: dict[str, Any], where: str, folder: Path) -> Path:
    """Put the parts of a layer side by side under names of our own and return the ``.shp``."""
    with box.open() as stream:
        is_zip = stream.read(4) == ZIP
    if not is_zip:
        if not box.beside:
            raise SourceError(where, "the file is no zipped shapefile", do="ask the owner to zip .shp, .shx and .dbf")
        parts = {k: v.read_bytes() for k, v in box.beside.items()}
    else:
        parts = _zipped_parts(box, source, where)
    missing = [ending for ending in (".shp", ".shx", ".dbf") if ending not in parts]
    if missing:
        raise SourceError(
            where, f"the shapefile is incomplete: {', '.join(missing)} is missing", seen=", ".join(sorted(parts)),
            do="ask the owner for all parts of the layer in one zip",
        )  # fmt: skip
    for ending in _PARTS & set(parts):  # nothing else is looked at, such as metadata in XML
        (folder / f"layer{ending}").write_bytes(parts[ending])
    return folder / "layer.shp"


def _zipped_parts(box: Box, source: dict[str, Any], where: str) -> dict[str, bytes]:
    import io

    data = box.data()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as z:
            infos = [i for i in z.infolist() if not i.is_dir() and "__MACOSX" not in i.filename]
            check_zip(where, infos, len(data))
            named = {member_name(i).replace("\\", "/"): i for i in infos}
            layers = sorted(n[:-4] for n in named if n.lower().endswith(".shp"))
            asked = source.get("layer")
            fit = [n for n in layers if asked is None or PurePosixPath(n).name == asked]
            if len(fit) != 1:
                raise SourceError(
                    where, "the archive holds no shapefile" if not fit else "the archive holds several shapefiles",
                    seen=f"layers: {', '.join(PurePosixPath(n).name for n in layers) or 'none'}",
                    do="ask the owner for the layer" if not fit else "name layer in the contract",
                )  # fmt: skip
            return {PurePosixPath(n).suffix.lower(): z.read(i) for n, i in named.items() if n[: n.rfind(".")] == fit[0]}
    # zipfile says RuntimeError of a password, and a kind of it of a compression that it does not know
    except (zipfile.BadZipFile, EOFError, RuntimeError) as e:
        raise SourceError(
            where, "the archive is broken or cut off", seen=str(e)[:200], do="ask the owner to send it again"
        ) from e


def _features(
    shp: Path, source: dict[str, Any], wanted: list[Wanted], where: str, file: str, part: str | None
) -> Iterator[Reading]:
    import pyogrio
    import shapely

    cpg, prj = shp.with_suffix(".cpg"), shp.with_suffix(".prj")
    said = cpg.read_text("ascii", "replace").strip() if cpg.exists() else ""
    encoding = _encoding(said) or str(source.get("encoding") or "utf-8")
    try:
        with pyogrio.open_arrow(shp, encoding=encoding, batch_size=_BATCH, use_pyarrow=True) as (meta, reader):
            crs = meta.get("crs")
            _check_crs(crs, source, where)
            detail = {"crs": crs, "prj": prj.read_text("utf-8", "replace")[:500] if prj.exists() else None}
            detail |= {"encoding": encoding, "geometry": meta.get("geometry_type")}
            at, shape_column, is_first = 0, meta.get("geometry_name") or "wkb_geometry", True
            for batch in reader:
                names = [n for n in batch.schema.names if n not in {shape_column, "OGC_FID"}]
                data = [_texts(batch.column(n)) for n in names]
                size = batch.num_rows
                shapes = shapely.from_wkb(batch.column(shape_column).to_pylist(), on_invalid="ignore")
                texts = [None if g is None else g.wkt for g in shapes]
                lost = [
                    "the geometry cannot be read" if g is None and batch.column(shape_column)[i].is_valid else None
                    for i, g in enumerate(shapes)
                ]
                yield _reading(
                    names, data, _geometry_columns(texts), lost, range(at + 1, at + size + 1), wanted, where, file,
                    part, detail, is_first,
                )  # fmt: skip
                at, is_first = at + size, False
            if is_first:
                names = list(meta["fields"])
                data = [pa.array([], pa.string()) for _ in names]
                yield _reading(
                    names, data, _geometry_columns([]), [], range(1, 1), wanted, where, file, part, detail, True
                )
    except (UnicodeDecodeError, pa.ArrowInvalid) as e:
        raise SourceError(
            where, f"the texts of the layer are not written in {encoding}", seen=str(e)[:120],
            do="ask the owner for the .cpg file, or name the encoding in the contract",
        ) from e  # fmt: skip
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FieldError) as e:
        raise SourceError(
            where, "the shapefile is damaged", seen=str(e)[:200], do="ask the owner to export it again"
        ) from e


def _encoding(cpg: str) -> str:
    """Return the encoding a ``.cpg`` names, in Python's word for it; '' where it says nothing."""
    name = cpg.upper().replace("_", "-").removeprefix("ANSI ").removeprefix("CP")
    return {"936": "gbk", "65001": "utf-8", "54936": "gb18030", "": ""}.get(name, cpg)


def _texts(column: pa.Array) -> pa.Array:
    if pa.types.is_floating(column.type):
        return pa.array([None if v is None else format(v, ".15g") for v in column.to_pylist()], pa.string())
    text = column.cast(pa.string())
    trimmed = pc.utf8_rtrim(text, " ")
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)
