"""Points: which system a pair of degrees is in, and where that is in WGS-84 (#10).

A feed's system is what its contract says. Where the contract names an anchor (a place whose WGS-84 position is
known by another list), the rows that name the anchor show whether that is true: a point of GCJ-02 lies at a
constant offset, about 490-500 m here, BD-09 at about 1,100 m. What the anchors prove is converted; what they
leave open stays NULL with a word. Nothing is moved by guess.

The conversions work on whole columns. Formulas of GCJ-02 and BD-09 are those in public use; the reverse is found
by iteration and is exact to a centimetre.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# the district's outline with a margin of some kilometres; a point outside is no point of the district
DISTRICT = (120.15, 29.60, 120.90, 30.40)
NEAR, APART = 80.0, 200.0
ENOUGH = 20
_A, _EE = 6378245.0, 0.00669342162296594323
Pair = tuple[np.ndarray, np.ndarray]


def _offset(lon: np.ndarray, lat: np.ndarray) -> Pair:
    x, y = lon - 105.0, lat - 35.0
    wave = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    d_lat = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + wave
    d_lat += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    d_lat += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    d_lon = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + wave
    d_lon += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    d_lon += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    rad = lat / 180.0 * np.pi
    magic = 1 - _EE * np.sin(rad) ** 2
    root = np.sqrt(magic)
    return (
        d_lon * 180.0 / (_A / root * np.cos(rad) * np.pi),
        d_lat * 180.0 / ((_A * (1 - _EE)) / (magic * root) * np.pi),
    )


def wgs_to_gcj(lon: np.ndarray, lat: np.ndarray) -> Pair:
    """Shift WGS-84 to GCJ-02."""
    east, north = _offset(lon, lat)
    return lon + east, lat + north


def gcj_to_wgs(lon: np.ndarray, lat: np.ndarray) -> Pair:
    """Shift GCJ-02 back to WGS-84."""
    x, y = lon, lat
    for _ in range(4):
        moved = wgs_to_gcj(x, y)
        x, y = x - (moved[0] - lon), y - (moved[1] - lat)
    return x, y


def gcj_to_bd(lon: np.ndarray, lat: np.ndarray) -> Pair:
    """Shift GCJ-02 to BD-09."""
    z = np.sqrt(lon * lon + lat * lat) + 0.00002 * np.sin(lat * np.pi * 3000.0 / 180.0)
    theta = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * np.pi * 3000.0 / 180.0)
    return z * np.cos(theta) + 0.0065, z * np.sin(theta) + 0.006


def bd_to_gcj(lon: np.ndarray, lat: np.ndarray) -> Pair:
    """Shift BD-09 back to GCJ-02."""
    x, y = lon - 0.0065, lat - 0.006
    for _ in range(4):
        moved = gcj_to_bd(x, y)
        x, y = x - (moved[0] - lon), y - (moved[1] - lat)
    return x, y


def to_wgs(lon: np.ndarray, lat: np.ndarray, system: str) -> Pair:
    """Return WGS-84 degrees of a point in ``system``; CGCS2000 is WGS-84 to well below a metre."""
    if system == "GCJ-02":
        return gcj_to_wgs(lon, lat)
    if system == "BD-09":
        return gcj_to_wgs(*bd_to_gcj(lon, lat))
    return lon, lat


SYSTEMS = ("WGS-84", "GCJ-02", "BD-09")


def metres(lon: np.ndarray, lat: np.ndarray, other_lon: np.ndarray, other_lat: np.ndarray) -> np.ndarray:
    """Return the distance in metres of points some kilometres apart."""
    east = (lon - other_lon) * 111_320.0 * np.cos(np.radians(30.0))
    return np.hypot(east, (lat - other_lat) * 110_900.0)


def _inside(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    west, south, east, north = DISTRICT
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)


def _minutes(value: np.ndarray) -> np.ndarray:
    """Return degrees of a number that is degrees and, behind the point, minutes: 120.297 is 120 and 29.7/60."""
    whole = np.floor(value)
    part = (value - whole) * 100.0
    return np.where(part < 60, whole + part / 60.0, np.nan)


@dataclass(frozen=True)
class Located:
    """Points read: WGS-84 degrees (NaN where unknown), how each was read, and what the anchors said of the batch."""

    lon: np.ndarray
    lat: np.ndarray
    how: np.ndarray
    system: str
    anchored: int
    agreed: int


def locate(
    lon: np.ndarray,
    lat: np.ndarray,
    declared: str,
    anchor_lon: np.ndarray | None = None,
    anchor_lat: np.ndarray | None = None,
    inside: bool = True,
) -> Located:
    """Return where points are in WGS-84.

    ``lon``, ``lat``: degrees as sent, NaN where nothing was sent. ``declared``: the system by contract.
    ``anchor_*``: the known WGS-84 position of what each row names, NaN where it names nothing known.
    ``inside``: whether a point must lie in the district; other silos than the district's own say False.
    """
    n = len(lon)
    how = np.full(n, None, dtype=object)
    x, y = lon.astype(float).copy(), lat.astype(float).copy()
    given = ~(np.isnan(x) | np.isnan(y))
    zero = given & (np.abs(x) < 1e-9) & (np.abs(y) < 1e-9)
    how[zero] = "zero_point"
    swapped = given & ~zero & (x < 60) & (y > 60)
    x[swapped], y[swapped] = lat[swapped], lon[swapped]
    how[swapped] = "swapped"
    x[zero], y[zero] = np.nan, np.nan
    given &= ~zero
    ax = np.full(n, np.nan) if anchor_lon is None else anchor_lon
    ay = np.full(n, np.nan) if anchor_lat is None else anchor_lat
    anchored = given & ~np.isnan(ax) & ~np.isnan(ay)
    system, proven = _batch_system(x, y, ax, ay, anchored, declared)
    known = [s for s in (system, *SYSTEMS) if s != "CGCS2000"]
    order = list(dict.fromkeys(known))
    out_x, out_y = (a.copy() for a in to_wgs(x, y, system))
    agreed = 0
    mixed = False
    if anchored.any():
        distance = {}
        for s in order:
            sx, sy = to_wgs(x[anchored], y[anchored], s)
            distance[s] = metres(sx, sy, ax[anchored], ay[anchored])
        distance["minutes"] = metres(_minutes(x[anchored]), _minutes(y[anchored]), ax[anchored], ay[anchored])
        names = list(distance)
        table = np.nan_to_num(np.stack([distance[s] for s in names]), nan=1e9)
        best = table.argmin(axis=0)
        nearest = np.sort(table, axis=0)
        certain = (nearest[0] < NEAR) & (nearest[1] > APART)
        rows = np.flatnonzero(anchored)
        agreed = int((certain & (best == 0)).sum())
        # places that most rows do not lie at anchor nothing: what fits one of them fits by chance
        if certain.sum() < 0.5 * len(rows) or not proven:
            certain[:] = False
        for i, s in enumerate(names):
            mine = rows[certain & (best == i)]
            if i == 0 or not len(mine):
                continue
            if s == "minutes":
                out_x[mine], out_y[mine] = _minutes(x[mine]), _minutes(y[mine])
                how[mine] = "degrees_minutes"
            else:
                out_x[mine], out_y[mine] = to_wgs(x[mine], y[mine], s)
                how[mine] = {"GCJ-02": "gcj02", "BD-09": "bd09", "WGS-84": "wgs84"}[s]
        others = int((certain & (best != 0)).sum())
        mixed = proven and others >= 5 and others > 0.02 * certain.sum()
    if system != declared and system != "CGCS2000":
        plain = given & np.array([h is None for h in how])
        how[plain] = {"GCJ-02": "gcj02", "BD-09": "bd09", "WGS-84": "wgs84"}[system]
    if mixed:
        # the anchors prove two systems in one feed: a row without an anchor may be in either
        unsure = given & ~anchored
        out_x[unsure], out_y[unsure] = np.nan, np.nan
        how[unsure] = "system_unknown"
    if inside:
        outside = given & ~np.isnan(out_x) & ~_inside(out_x, out_y)
        out_x[outside], out_y[outside] = np.nan, np.nan
        how[outside] = "outside"
    return Located(out_x, out_y, how, system, int(anchored.sum()), agreed)


def _batch_system(
    x: np.ndarray, y: np.ndarray, ax: np.ndarray, ay: np.ndarray, anchored: np.ndarray, declared: str
) -> tuple[str, bool]:
    """Return the system most anchored rows prove, and whether there were enough of them; else what was declared."""
    if int(anchored.sum()) < ENOUGH:
        return declared, False
    votes = {}
    for s in SYSTEMS:
        sx, sy = to_wgs(x[anchored], y[anchored], s)
        votes[s] = int((metres(sx, sy, ax[anchored], ay[anchored]) < NEAR).sum())
    best = max(votes, key=lambda s: votes[s])
    if votes[best] < ENOUGH or votes[best] < 0.5 * sum(votes.values()):
        return declared, False
    same = declared == "CGCS2000" and best == "WGS-84"
    return (declared if same else best), True
