"""Kinds that spoil where something is: town codes and names (1, 2, 3), points (10)."""

from __future__ import annotations

import numpy as np

from simulator import codes
from simulator.dirt import forms
from simulator.dirt.base import Base
from simulator.dirt.rates import DirtRates


class Places(Base):
    """Spoilers of towns and points."""

    def points(self, lon: str, lat: str, rates: DirtRates, mixed: bool = False) -> None:
        """Swap longitude and latitude; with ``mixed`` also other systems, degrees and minutes, 0,0, far away (#10).

        Clean cells are WGS-84 text, unless the whole feed is in another system by contract.
        """
        self._points(lon, lat, rates.swapped_point, "#10 swapped longitude and latitude", lambda x, y: (y, x))
        if not mixed:
            return
        self._points(lon, lat, rates.gcj_point, "#10 GCJ-02 point among WGS-84", _shifted(codes.to_gcj02), "repaired")
        self._points(lon, lat, rates.bd09_point, "#10 BD-09 point among WGS-84", _shifted(codes.to_bd09), "repaired")
        self._points(
            lon,
            lat,
            rates.degree_minute_point,
            "#10 degrees and minutes as a decimal",
            lambda x, y: (_minutes(x), _minutes(y)),
        )
        self._points(lon, lat, rates.zero_point, "#10 point 0,0", lambda x, y: ("0", "0"))
        self._points(
            lon, lat, rates.outside_point, "#10 point outside the district",
            lambda x, y: (f"{float(x) + 0.9:.6f}", f"{float(y) - 0.7:.6f}"),
        )  # fmt: skip

    def _points(self, lon: str, lat: str, rate: float, kind: str, move, expected: str = "flagged") -> None:
        x, y = self.table.columns[lon], self.table.columns[lat]
        for row in self._draw(rate, lon, lat):
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
            self.cells(
                code,
                rates.code_name_conflict,
                "#1 town code of another town",
                lambda v, r: forms.other(v, codes, r),
                "flagged",
            )
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


def _shifted(move):
    def moved(x: str, y: str) -> tuple[str, str]:
        lon, lat = move(np.array([float(x)]), np.array([float(y)]))
        return f"{lon[0]:.6f}", f"{lat[0]:.6f}"

    return moved


def _minutes(degrees: str) -> str:
    """Write 120.495 degrees as 120.297: 120 degrees and 29.7 minutes."""
    whole = int(float(degrees))
    return f"{whole + (float(degrees) - whole) * 60 / 100:.6f}"
