"""Charts as Vega-Lite specs, cached as plain dicts. They draw what they are given and compute nothing.

Long words stand above their bar instead of left of it, so both languages fit a phone.
"""

from __future__ import annotations

import streamlit as st

INK, MUTED, HAIR, ACCENT = "#16222b", "#596872", "#edf0f2", "#0b5c7d"
GRADES = {"A": "#0b5c7d", "B": "#7db3cb", "C": "#f2cf8f", "D": "#b4492f", "none": "#d5dbdf"}
FONT = "'Noto Sans SC', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"


def _frame(spec: dict, height: int) -> dict:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "height": height,
        "background": "transparent",
        "padding": {"left": 0, "right": 4, "top": 2, "bottom": 2},
        "autosize": {"type": "fit", "contains": "padding"},
        "config": {
            "font": FONT,
            "view": {"stroke": None},
            "text": {"font": FONT, "fontSize": 13, "color": INK},
            "axis": {
                "labelFont": FONT,
                "titleFont": FONT,
                "labelFontSize": 12,
                "labelColor": MUTED,
                "labelFlush": False,
                "labelOverlap": False,
                "domain": False,
                "ticks": False,
                "gridColor": HAIR,
                "labelPadding": 6,
            },
            "legend": {"labelFont": FONT, "titleFont": FONT, "labelFontSize": 12, "orient": "bottom"},
        },
        **spec,
    }


def draw(spec: dict, alt: str) -> None:
    """Put a chart on the page; ``alt`` says in words what it shows."""
    st.vega_lite_chart(spec, theme=None, width="stretch", alt=alt)


@st.cache_data(max_entries=300, show_spinner=False)
def bars(rows: list[dict], top: float, unit: str = "", colour: str = ACCENT) -> dict:
    """Return labelled bars: each row has ``label``, ``value``, ``shown`` and ``tip``; ``top`` is the end of the scale."""
    step = 40
    y = {"field": "n", "type": "ordinal", "axis": None, "scale": {"paddingInner": 0, "paddingOuter": 0}}
    data = [{"n": n, **row} for n, row in enumerate(rows)]
    x = {"field": "value", "type": "quantitative", "axis": None, "scale": {"domain": [0, top], "nice": False}}
    return _frame(
        {
            "data": {"values": data},
            "encoding": {"y": y, "tooltip": {"field": "tip", "type": "nominal"}},
            "layer": [
                {
                    "mark": {"type": "bar", "height": 9, "color": HAIR, "yOffset": 9},
                    "encoding": {
                        "x": {
                            "datum": top,
                            "type": "quantitative",
                            "axis": None,
                            "scale": {"domain": [0, top], "nice": False},
                        }
                    },
                },
                {"mark": {"type": "bar", "height": 9, "color": colour, "yOffset": 9}, "encoding": {"x": x}},
                {
                    "mark": {"type": "text", "align": "left", "baseline": "middle", "dy": -8, "limit": 322},
                    "encoding": {"text": {"field": "label"}, "x": {"value": 0}},
                },
                {
                    "mark": {"type": "text", "align": "right", "baseline": "middle", "dy": -8, "fontWeight": 600},
                    "encoding": {"text": {"field": "shown"}, "x": {"value": "width"}},
                },
            ],
        },
        step * len(data),
    )


@st.cache_data(max_entries=300, show_spinner=False)
def profile(rows: list[dict]) -> dict:
    """Return the dimension profile: bars of 0 to 100 with a tick for the cohort's mean (``other``)."""
    step = 42
    data = [{"n": n, **row} for n, row in enumerate(rows)]
    scale = {"domain": [0, 100], "nice": False}
    return _frame(
        {
            "data": {"values": data},
            "encoding": {
                "y": {"field": "n", "type": "ordinal", "axis": None, "scale": {"paddingInner": 0, "paddingOuter": 0}},
                "tooltip": {"field": "tip", "type": "nominal"},
            },
            "layer": [
                {
                    "mark": {"type": "bar", "height": 9, "color": HAIR, "yOffset": 9},
                    "encoding": {"x": {"datum": 100, "type": "quantitative", "axis": None, "scale": scale}},
                },
                {
                    "mark": {"type": "bar", "height": 9, "color": ACCENT, "yOffset": 9},
                    "encoding": {"x": {"field": "value", "type": "quantitative", "axis": None, "scale": scale}},
                },
                {
                    "transform": [{"filter": "isValid(datum.other)"}],
                    "mark": {"type": "tick", "thickness": 2, "size": 17, "color": INK, "yOffset": 9},
                    "encoding": {"x": {"field": "other", "type": "quantitative", "scale": scale}},
                },
                {
                    "mark": {"type": "text", "align": "left", "baseline": "middle", "dy": -8, "limit": 280},
                    "encoding": {"text": {"field": "label"}, "x": {"value": 0}},
                },
                {
                    "mark": {"type": "text", "align": "right", "baseline": "middle", "dy": -8, "fontWeight": 600},
                    "encoding": {"text": {"field": "shown"}, "x": {"value": "width"}},
                },
            ],
        },
        step * len(data),
    )


@st.cache_data(max_entries=100, show_spinner=False)
def grade_shares(rows: list[dict]) -> dict:
    """Return one full-width stacked bar per group: rows have ``group``, ``total``, ``grade``, ``firms``, ``order``, ``tip``."""
    groups = list(dict.fromkeys(r["group"] for r in rows))
    data = [{**r, "n": groups.index(r["group"])} for r in rows]
    y = {"field": "n", "type": "ordinal", "axis": None, "scale": {"paddingInner": 0, "paddingOuter": 0}}
    return _frame(
        {
            "data": {"values": data},
            "encoding": {"y": y},
            "layer": [
                {
                    "mark": {"type": "bar", "height": 14, "yOffset": 9, "stroke": "#fff", "strokeWidth": 1},
                    "encoding": {
                        "x": {"field": "firms", "type": "quantitative", "stack": "normalize", "axis": None},
                        "order": {"field": "order", "type": "quantitative"},
                        "color": {
                            "field": "grade",
                            "type": "nominal",
                            "legend": None,
                            "scale": {"domain": list(GRADES), "range": list(GRADES.values())},
                        },
                        "tooltip": {"field": "tip", "type": "nominal"},
                    },
                },
                {
                    "transform": [{"aggregate": [{"op": "max", "field": "label", "as": "label"}], "groupby": ["n"]}],
                    "mark": {"type": "text", "align": "left", "baseline": "middle", "dy": -9, "limit": 320},
                    "encoding": {"text": {"field": "label", "type": "nominal"}, "x": {"value": 0}},
                },
            ],
        },
        44 * len(groups),
    )


@st.cache_data(max_entries=100, show_spinner=False)
def slopes(rows: list[dict]) -> dict:
    """Return a dumbbell per town from the last quarter's score to this one's, on one scale of scores."""
    step = 26
    data = [{"n": n, **row} for n, row in enumerate(rows)]
    low = min(min(r["before"], r["now"]) for r in rows)
    x = {
        "type": "quantitative",
        "scale": {"domain": [max(0, int(low // 10) * 10), 100], "nice": False},
        "axis": {"orient": "top", "title": None, "tickCount": 5, "grid": True},
    }
    names = [r["label"] for r in rows]
    return _frame(
        {
            "data": {"values": data},
            "encoding": {
                "y": {
                    "field": "label",
                    "type": "nominal",
                    "sort": names,
                    "axis": {"title": None, "labelFontSize": 13, "labelColor": INK, "labelLimit": 160},
                },
                "tooltip": {"field": "tip", "type": "nominal"},
            },
            "layer": [
                {
                    "mark": {"type": "rule", "strokeWidth": 2, "color": "#a9b6bd"},
                    "encoding": {"x": {"field": "before", **x}, "x2": {"field": "now"}},
                },
                {
                    "mark": {"type": "point", "filled": True, "size": 44, "color": "#a9b6bd", "opacity": 1},
                    "encoding": {"x": {"field": "before", **x}},
                },
                {
                    "mark": {"type": "point", "filled": True, "size": 80, "color": ACCENT, "opacity": 1},
                    "encoding": {"x": {"field": "now", **x}},
                },
            ],
        },
        step * len(data) + 26,
    )
