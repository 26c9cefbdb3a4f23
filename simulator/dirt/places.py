"""Kinds that spoil where something is: town codes and names (1, 2, 3), points (10)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from simulator import codes
from simulator.dirt import forms
from simulator.dirt.base import Base
from simulator.dirt.rates import DirtRates

Move = Callable[[str, str], tuple[str, str]]


class Places(Base):
    """Spoilers of towns and points."""

    def points(
        self, lon: str, lat: str, rates: DirtRates, mixed: bool = False, anchored: np.ndarray | None = None
    ) -> None:
        """Swap longitude and latitude; with ``mixed`` also points 0,0 and far outside (#10).

        Other systems, and degrees and minutes written as a decimal, are mixed in among the ``anchored`` rows only
        (bool per row: it names a place whose position another list knows, and lies there): without an anchor
        nobody can tell a shifted point from a true one. Clean cells are WGS-84 text.
        """
        self._points(lon, lat, rates.swapped_point, "#10 swapped longitude and latitude", lambda x, y: (y, x))
        if anchored is not None:
            gcj, bd09 = _shifted(codes.to_gcj02), _shifted(codes.to_bd09)
            self._points(lon, lat, rates.gcj_point, "#10 GCJ-02 point among WGS-84", gcj, "repaired", anchored)
            self._points(lon, lat, rates.bd09_point, "#10 BD-09 point among WGS-84", bd09, "repaired", anchored)
            self._points(
                lon, lat, rates.degree_minute_point, "#10 degrees and minutes as a decimal",
                lambda x, y: (_minutes(x), _minutes(y)), "repaired", anchored,
            )  # fmt: skip
        if mixed or anchored is not None:
            self._points(lon, lat, rates.zero_point, "#10 point 0,0", lambda x, y: ("0", "0"))
            self._points(
                lon, lat, rates.outside_point, "#10 point outside the district",
                lambda x, y: (f"{float(x) + 0.9:.6f}", f"{float(y) - 0.7:.6f}"),
            )  # fmt: skip

    def _points(
        self,
        lon: str,
        lat: str,
        rate: float,
        kind: str,
        move: Move,
        expected: str = "flagged",
        where: np.ndarray | None = None,
    ) -> None:
        x, y = self.table.columns[lon], self.table.columns[lat]
        for row in self._draw(rate, lon, lat, where=where):
            clean = (str(x[row]), str(y[row]))
            dirty = move(*clean)
            self.truth.add(self.table, int(row), lon, kind, ",".join(clean), ",".join(dirty), expected)
            # a column of numbers stays one
            self._put(int(row), lon, dirty[0] if x.dtype == object else float(dirty[0]))
            self._put(int(row), lat, dirty[1] if y.dtype == object else float(dirty[1]))

    def other_system(
        self, lon: str, lat: str, true_lon: np.ndarray, true_lat: np.ndarray, system: str = "GCJ-02"
    ) -> None:
        """Note that a whole feed holds points of another system (#10); ``true_*`` are the WGS-84 degrees."""
        x, y = self.table.columns[lon], self.table.columns[lat]
        for row in range(len(self.table)):
            if x[row] is not None and y[row] is not None:
                clean = f"{true_lon[row]:.6f},{true_lat[row]:.6f}"
                self.truth.add(self.table, row, lon, f"#10 {system} feed", clean, f"{x[row]},{y[row]}", "repaired")

    def towns(self, code: str | None, name: str, rates: DirtRates, names: list[str], codes: list[str]) -> None:
        """Let town code and name disagree (the name is right), name towns of another district (#1, #3)."""
        if code is not None:
            own = dict(zip(names, codes, strict=False))
            for row in self._draw(rates.code_name_conflict, code):
                clean, town = self.table.columns[code][row], self.table.columns[name][row]
                # the town's own code of another date would be no conflict
                dirty = forms.other(clean, [c for c in codes if c != own.get(str(town))], self.rng)
                self.truth.add(self.table, int(row), code, "#1 town code of another town", clean, dirty, "flagged")
                self._put(int(row), code, dirty)
        self.cells(
            name,
            rates.foreign_town,
            "#3 town of another district",
            lambda v, r: forms.pick(forms.FOREIGN_TOWNS, r),
            "flagged",
        )

    def old_town_codes(self, code: str, rates: DirtRates, old: dict[str, str]) -> None:
        """Put the code a town had as 镇 beside its new name (#2). ``old``: today's code to the old one."""
        self.cells(
            code,
            rates.local_code,
            "#2 old town code beside the new street name",
            lambda v, r: old.get(str(v), str(v)),
            "flagged",
        )

    def former_county(self, column: str, rates: DirtRates) -> None:
        """Write 绍兴县 for 柯桥区 in addresses (#3): legitimate, and must stay as it stands."""
        for row in self._draw(rates.county_prefix, column):
            clean = str(self.table.columns[column][row])
            dirty = clean.replace("绍兴市柯桥区", "绍兴县").replace("柯桥区", "绍兴县")
            if dirty != clean:
                self.truth.add(
                    self.table, int(row), column, "#3 former county in an address (legitimate)", dirty, dirty, "kept"
                )
                self._put(int(row), column, dirty)


def _shifted(move: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]) -> Move:
    def moved(x: str, y: str) -> tuple[str, str]:
        lon, lat = move(np.array([float(x)]), np.array([float(y)]))
        return f"{lon[0]:.6f}", f"{lat[0]:.6f}"

    return moved


def _minutes(degrees: str) -> str:
    """Write 120.495 degrees as 120.297: 120 degrees and 29.7 minutes."""
    whole = int(float(degrees))
    return f"{whole + (float(degrees) - whole) * 60 / 100:.6f}"
