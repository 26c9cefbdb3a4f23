"""The map of the rescue circle: land reached by minutes, teams, candidate sites, names of towns. Nothing is fetched.

Land is one picture (SVG inside the page's own text: Streamlit takes bare ``<svg>`` out of what a page writes); marks and names are text
over it, in the page's font.

Outlines come as GeoJSON of the release. There is no licensed boundary of towns (ADR 10): only seats are named. North is up.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterable, Sequence

from dashboards.parts import esc

WIDTH, MARGIN = 720.0, 26.0
#: the drawing's width on a phone, px: names find their places there, and on wider screens they only move apart
PHONE = 358.0
#: sides of a seat on which its name may stand, the better first: the corner of the name at the seat (share of its width and height) and the gap, px
SIDES = {
    "n": (0.5, 1.0, 0, -7),
    "s": (0.5, 0.0, 0, 7),
    "e": (0.0, 0.5, 9, 0),
    "w": (1.0, 0.5, -9, 0),
    "ne": (0.0, 1.0, 5, -4),
    "nw": (1.0, 1.0, -5, -4),
    "se": (0.0, 0.0, 5, 4),
    "sw": (1.0, 0.0, -5, 4),
}
Box = tuple[float, float, float, float]
#: fill of the land by how early it is reached, earliest first
FILLS = ("#0b5c7d", "#7db3cb", "#d6e6ed")
Point = tuple[float, float]


class Frame:
    """Where degrees lie on the drawing: one scale both ways, fitted to all that is drawn."""

    def __init__(self, points: Sequence[Point]) -> None:
        west, east = min(p[0] for p in points), max(p[0] for p in points)
        self.south, self.north = min(p[1] for p in points), max(p[1] for p in points)
        self.west, self.squeeze = west, math.cos(math.radians((self.south + self.north) / 2))
        self.scale = (WIDTH - 2 * MARGIN) / max((east - west) * self.squeeze, 1e-6)
        self.height = (self.north - self.south) * self.scale + 2 * MARGIN

    def at(self, lon: float, lat: float) -> Point:
        """Return x and y of a point, to a tenth."""
        x = MARGIN + (lon - self.west) * self.squeeze * self.scale
        return round(x, 1), round(MARGIN + (self.north - lat) * self.scale, 1)

    def mark(self, css: str, lon: float, lat: float, words: str, title: str = "", side: str = "") -> str:
        """Return a mark at a point, or on a side of it; ``title`` is what it says when pointed at."""
        x, y = self.at(lon, lat)
        said = f' title="{esc(title)}"' if title else ""
        beside = f";transform:{_beside(side)}" if side else ""
        where = f"left:{100 * x / WIDTH:.2f}%;top:{100 * y / self.height:.2f}%{beside}"
        return f'<span class="{css}" style="{where}"{said}>{esc(words)}</span>'

    def kilometres(self, km: float) -> float:
        """Return how long so many kilometres are on the drawing."""
        return km / 111.195 * self.scale


def _beside(side: str) -> str:
    wide, high, right, down = SIDES[side]
    return f"translate(calc({right}px - {100 * wide:g}%),calc({down}px - {100 * high:g}%))"


def _overlap(a: Box, b: Box) -> float:
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))


def sides(
    frame: Frame, seats: Sequence[tuple[float, float, str]], marks: Sequence[tuple[float, float, float]]
) -> list[str]:
    """Return on which side of its seat each name stands, so that names cover each other, the marks and the edge least on a phone.

    ``seats``: lon, lat and name; ``marks``: lon, lat and size in px of what else is drawn.
    """
    scale = PHONE / WIDTH
    taken = []
    for lon, lat, size in marks:
        x, y = (scale * v for v in frame.at(lon, lat))
        taken.append((x - size / 2, y - size / 2, x + size / 2, y + size / 2))

    def box(seat: tuple[float, float, str], side: str) -> Box:
        x, y = (scale * v for v in frame.at(seat[0], seat[1]))
        wide, high = sum(12.5 if ord(c) > 0x2E7F else 6.6 for c in seat[2]) + 4, 14.0
        left, top, right, down = SIDES[side]
        x, y = x + right - left * wide, y + down - top * high
        return x, y, x + wide, y + high

    def cost(place: int, side: str) -> float:
        one = box(seats[place], side)
        out = max(0.0, -one[0]) + max(0.0, one[2] - PHONE) + max(0.0, -one[1])
        names = sum(_overlap(one, box(seats[n], s)) for n, s in enumerate(chosen) if n != place)
        return 100 * out + 4 * names + sum(_overlap(one, mark) for mark in taken) + 3 * list(SIDES).index(side)

    chosen = ["n"] * len(seats)
    for _ in range(4):
        for place in range(len(seats)):
            chosen[place] = min(SIDES, key=lambda side: cost(place, side))
    return chosen


def rings(geojson: str) -> list[list[Point]]:
    """Return all rings of a MultiPolygon, holes too: the even-odd rule leaves them empty."""
    return [[(x, y) for x, y in ring] for polygon in json.loads(geojson)["coordinates"] for ring in polygon]


def drawing(
    title: str,
    shapes: Iterable[tuple[int, str]],
    teams: Iterable[tuple[float, float, str]],
    sites: Iterable[tuple[int, float, float, str]],
    seats: Iterable[tuple[float, float, str]],
) -> str:
    """Return the map as markup; nothing where there is nothing to draw.

    ``shapes``: minutes and GeoJSON; ``teams``: lon, lat and words; ``sites``: rank, lon, lat and words; ``seats``: lon, lat and name.
    """
    lands = sorted(((m, rings(g)) for m, g in shapes), reverse=True)
    teams, sites, seats = list(teams), list(sites), list(seats)
    points = [p for _, land in lands for ring in land for p in ring] + [
        *((x, y) for x, y, _ in teams),
        *((x, y) for _, x, y, _ in sites),
        *((x, y) for x, y, _ in seats),
    ]
    if not points:
        return ""
    frame = Frame(points)
    paths = []
    for place, (minutes, land) in enumerate(lands):
        fill = FILLS[max(0, len(lands) - 1 - place)]
        path = "".join("M" + "L".join(f"{x},{y}" for x, y in (frame.at(*p) for p in ring[:-1])) + "Z" for ring in land)
        paths.append(f'<path d="{path}" fill="{fill}" fill-rule="evenodd" data-minutes="{minutes}"/>')
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {frame.height:.0f}">{"".join(paths)}</svg>'
    marks = [frame.mark("team", x, y, "", words) for x, y, words in teams]
    marked = [(x, y, 13.0) for x, y, _ in teams] + [(x, y, 19.0) for _, x, y, _ in sites]
    marks += [
        frame.mark("seat", *seat, side=side) for seat, side in zip(seats, sides(frame, seats, marked), strict=True)
    ]
    marks += [frame.mark("site", x, y, str(rank), words) for rank, x, y, words in reversed(sites)]
    return (
        f'<div class="an-circle"><img alt="{esc(title)}" src="data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}">'
        f'{"".join(marks)}<span class="scale" style="width:{100 * frame.kilometres(5) / WIDTH:.2f}%">5 km</span></div>'
    )
