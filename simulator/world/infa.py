"""Typhoon 烟花 (In-Fa), July 2021: what is known of it, and what this project chose where the sources are silent.

Known: landfall at 普陀 2021-07-25 12:30 (38 m/s) and at 平湖 2021-07-26 09:50; an areal mean of 80.5 mm in Shaoxing on
2021-07-24, 柯桥 first among its counties (its own figure is lost, so the district's mean is set to the city's);
red rain signals in 柯桥 on 2021-07-25; 1.65 million people moved in Zhejiang. All else in here (other days' rain, the
hours of signals and response levels, the district's evacuees) is a pilot choice and says so where it is shown.
"""

from __future__ import annotations

import numpy as np

PERIOD, NAME = "2021Q3", "台风烟花"
FIRST, LAST = np.datetime64("2021-07-18"), np.datetime64("2021-08-01")
LANDFALLS = (
    (np.datetime64("2021-07-25T12:30"), "舟山普陀", 38),
    (np.datetime64("2021-07-26T09:50"), "嘉兴平湖", 28),
)
AREAL_MEAN_DAY, AREAL_MEAN_MM = np.datetime64("2021-07-24"), 80.5
# rain of each day of the fortnight in millimetres, district mean; only 07-24 is a known figure
DAYS_MM = (0.0, 0.4, 3.0, 5.5, 11.0, 34.0, 80.5, 118.0, 76.0, 31.0, 8.5, 1.2, 0.0, 0.0)
# shares of the four six-hour watches of a day; the red day peaks in the morning
WATCHES = {6: (0.18, 0.22, 0.25, 0.35), 7: (0.22, 0.58, 0.12, 0.08), 8: (0.34, 0.32, 0.22, 0.12)}
# kind, colour, issued, lifted, terrains (empty: the whole district)
SIGNALS = (
    ("台风", "蓝", "2021-07-22T16:00", "2021-07-23T19:40", ()),
    ("台风", "黄", "2021-07-23T19:40", "2021-07-24T16:10", ()),
    ("台风", "橙", "2021-07-24T16:10", "2021-07-27T09:30", ()),
    ("台风", "黄", "2021-07-27T09:30", "2021-07-28T17:00", ()),
    ("大风", "黄", "2021-07-24T10:20", "2021-07-26T20:15", ("coast", "plain", "urban")),
    ("暴雨", "蓝", "2021-07-23T13:25", "2021-07-24T02:10", ()),
    ("暴雨", "黄", "2021-07-24T02:10", "2021-07-24T14:35", ()),
    ("暴雨", "橙", "2021-07-24T14:35", "2021-07-25T05:40", ()),
    ("暴雨", "红", "2021-07-25T05:40", "2021-07-25T16:20", ("hill", "mountain")),
    ("暴雨", "红", "2021-07-25T07:05", "2021-07-25T15:10", ("plain", "urban", "coast")),
    ("暴雨", "橙", "2021-07-25T16:20", "2021-07-26T14:00", ()),
    ("暴雨", "黄", "2021-07-26T14:00", "2021-07-27T10:45", ()),
    ("雷电", "黄", "2021-07-27T14:20", "2021-07-27T18:30", ()),
)
# level, started, ended
RESPONSES = (
    ("Ⅳ", "2021-07-22T18:00", "2021-07-23T16:00"),
    ("Ⅲ", "2021-07-23T16:00", "2021-07-24T12:00"),
    ("Ⅱ", "2021-07-24T12:00", "2021-07-25T08:00"),
    ("Ⅰ", "2021-07-25T08:00", "2021-07-26T18:00"),
    ("Ⅲ", "2021-07-26T18:00", "2021-07-28T18:00"),
)
EVACUEES, EXTRA_INCIDENTS = 9200, 320
# simple gauges of villages beside the bureau's 60 rain stations; all of them speak every ten minutes of the fortnight
VILLAGE_GAUGES = 1130


def rain(start: np.datetime64, slots: int, rng: np.random.Generator) -> np.ndarray:
    """Return the district's mean rain (mm) in each of ``slots`` ten-minute slots from ``start``; zero outside the fortnight."""
    out = np.zeros(slots)
    first = int((FIRST - start).astype(int)) * 144
    for day, total in enumerate(DAYS_MM):
        watch = np.repeat(np.array(WATCHES.get(day, (0.25, 0.25, 0.25, 0.25))) / 36, 36)
        shape = np.convolve(watch * rng.gamma(3.0, 1 / 3.0, 144), np.ones(5) / 5, mode="same")
        at = first + day * 144
        if 0 <= at < slots and total:
            out[at : at + 144] = (shape / shape.sum() * total)[: slots - at]
    return out
