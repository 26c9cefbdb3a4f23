"""Two public indices built from their published descriptions, and the engine against definitions written a second way.

``python -m tests.unit.test_reference_indices`` writes what is found into docs/method/references.md.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from pipelines.analysis import scoring
from pipelines.analysis.scoring import aggregate, opinions, prepare
from tests.unit.test_opinions import by_definition

# what benchmarks/opinions.py found beside scikit-criteria 0.10, which is not in the lock; it knows no PCA weights and no Copeland
PEER = {
    "entropy": "6.9e-16", "critic": "5.6e-17", "merec": "1.4e-16", "gini": "9.7e-17", "topsis": "1.7e-16", "vikor": "4.4e-16",
    "geometric": "1.6e-15", "aggregate: arithmetic": "6.3e-16", "aggregate: geometric": "2.1e-15", "normalise: minmax": "2.2e-16",
    "normalise: fraction_of_max": "0",
}  # fmt: skip
OPINIONS = {
    "entropy": "entropy_weights", "critic": "critic_weights", "merec": "merec_weights", "gini": "gini_weights", "pca": "", "topsis": "TOPSIS",
    "vikor": "VIKOR", "geometric": "WPM", "copeland": "",
}  # fmt: skip
PAGE = Path(__file__).resolve().parents[2] / "docs" / "method" / "references.md"

# Human Development Report 2015, table 1: life expectancy, expected and mean years of schooling, income per head, HDI
HDI = """Norway 81.6 17.5 12.6 64992 0.944;Australia 82.4 20.2 13.0 42261 0.935;Switzerland 83.0 15.8 12.8 56431 0.930
Denmark 80.2 18.7 12.7 44025 0.923;Netherlands 81.6 17.9 11.9 45435 0.922;Germany 80.9 16.5 13.1 43919 0.916
Ireland 80.9 18.6 12.2 39568 0.916;United_States 79.1 16.5 12.9 52947 0.915;Canada 82.0 15.9 13.0 42155 0.913
New_Zealand 81.8 19.2 12.5 32689 0.913;Singapore 83.0 15.4 10.6 76628 0.912;Hong_Kong 84.0 15.6 11.2 53959 0.910
Liechtenstein 80.0 15.0 11.8 79851 0.908;Sweden 82.2 15.8 12.1 45636 0.907;United_Kingdom 80.7 16.2 13.1 39267 0.907
Korea 81.9 16.9 11.9 33890 0.898;Japan 83.5 15.3 11.5 36927 0.891;France 82.2 16.0 11.1 38056 0.888"""
# OECD/JRC handbook 2008, table A.2 (telephones and electricity as log10), and the index of the Human Development Report 2001, table A2.1
TAI = """Finland 187 125.6 200.2 50.7 3.08 4.15 10 27.4 0.744;United_States 289 130 179.1 66.2 3.00 4.07 12 13.9 0.733
Sweden 271 156.6 125.8 59.7 3.10 4.14 11.4 15.3 0.703;Japan 994 64.6 49 80.8 3.00 3.86 9.5 10 0.698
Korea 779 9.8 4.8 66.7 2.97 3.65 10.8 23.2 0.666;Netherlands 189 151.2 136 50.9 3.02 3.77 9.4 9.5 0.630
United_Kingdom 82 134 57.4 61.9 3.02 3.73 9.4 14.9 0.606;Canada 31 38.6 108 48.7 2.94 4.18 11.6 14.2 0.589
Australia 75 18.2 125.9 16.2 2.94 3.94 10.9 25.3 0.587;Singapore 8 nan 72.3 74.9 2.95 3.83 7.1 24.2 0.585
Germany 235 36.8 41.2 64.2 2.94 3.75 10.2 14.4 0.583;Norway 103 20.2 193.6 19 3.12 4.39 11.9 11.2 0.579
Ireland 106 110.3 48.6 53.6 2.97 3.68 9.4 12.3 0.566;Belgium 72 73.9 58.9 47.6 2.91 3.86 9.3 13.6 0.553
New_Zealand 103 13 146.7 15.4 2.86 3.91 11.7 13.1 0.548;Austria 165 14.8 84.2 50.3 2.99 3.79 8.4 13.6 0.544
France 205 33.6 36.4 58.9 2.97 3.80 7.9 12.6 0.535;Israel 74 43.6 43.2 45 2.96 3.74 9.6 11 0.514
Spain 42 8.6 21 53.4 2.86 3.62 7.3 15.6 0.481;Italy 13 9.8 30.4 51 3.00 3.65 7.2 13 0.471
Czech_Republic 28 4.2 25 51.7 2.75 3.68 9.5 8.2 0.465;Hungary 26 6.2 21.6 63.5 2.73 3.46 9.1 7.7 0.464
Slovenia 105 4 20.3 49.5 2.84 3.71 7.1 10.6 0.458"""


def rows(text: str) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Return names, values and the published index of a table."""
    found = [row.split() for line in text.splitlines() for row in line.split(";")]
    numbers = np.array([[float(x) for x in r[1:]] for r in found])
    return [r[0] for r in found], numbers[:, :-1], numbers[:, -1]


def node(code: str, parent: str, low: float, high: float) -> dict:
    return {"code": code, "parent": parent, "floor": low, "target": high}


def hdi() -> tuple[list[str], np.ndarray, np.ndarray]:
    """The geometric mean of health, education (mean of two) and the logarithm of income, each between fixed goalposts."""
    names, x, published = rows(HDI)
    x[:, 3] = np.log(x[:, 3])
    tree = [{"code": "HDI"}, {"code": "education", "parent": "HDI"}, node("life", "HDI", 20, 85)]
    tree += [
        node("income", "HDI", math.log(100), math.log(75_000)),
        node("expected", "education", 0, 18),
        node("mean", "education", 0, 15),
    ]
    spec = scoring.parse(
        {
            "tree": tree,
            "normalise": {"method": "goalposts", "range": [0, 1]},
            "aggregate": {"nodes": {"HDI": "geometric"}},
            "publish": {"places": 3},
        }
    )
    assert [spec.nodes[i].code for i in spec.leaves] == ["life", "income", "expected", "mean"]
    return names, scoring.score(x[:, [0, 3, 1, 2]], spec).scores[:, 0], published


def tai() -> tuple[list[str], np.ndarray, np.ndarray]:
    """The mean of four dimensions, each the mean of two indicators between the goalposts of the report."""
    names, x, published = rows(TAI)
    ends = [
        (0, 994),
        (0, 272.6),
        (0, 232.4),
        (0, 80.8),
        (0, math.log10(901)),
        (math.log10(22), math.log10(6969)),
        (0.8, 12),
        (0.1, 27.4),
    ]
    tree = [{"code": "TAI"}, *({"code": d, "parent": "TAI"} for d in ("creation", "recent", "old", "skills"))]
    tree += [node(f"x{j}", tree[1 + j // 2]["code"], *ends[j]) for j in range(8)]
    spec = scoring.parse(
        {"tree": tree, "normalise": {"method": "goalposts", "range": [0, 1]}, "publish": {"places": 3}}
    )
    return names, scoring.score(x, spec).scores[:, 0], published


def test_the_human_development_index_is_the_published_one() -> None:
    _, found, published = hdi()
    # the table prints income whole, years and the index rounded: a unit of its last place
    assert np.abs(found - published).max() <= 0.001


def test_the_technology_achievement_index_is_the_published_one() -> None:
    _, found, published = tai()
    # the handbook prints logarithms with two places
    assert np.abs(found - published).max() <= 0.0015
    assert (np.argsort(-found) == np.arange(len(found))).all(), "the order of the report"


def _ranks(x: list[float]) -> list[int]:
    return [1 + sum(b < a for b in x) for a in x]


# COINr's functions by their documentation, for one column of values that is better the higher
COLUMNS: dict[str, tuple[str, dict, Callable[[list[float]], list[float]]]] = {
    "n_minmax": ("minmax", {"range": [0, 100]}, lambda x: [100 * (a - min(x)) / (max(x) - min(x)) for a in x]),
    "n_zscore": ("zscore", {}, lambda x: [(a - statistics.mean(x)) / statistics.stdev(x) for a in x]),
    "n_rank": ("rank", {}, lambda x: [float(r) for r in _ranks(x)]),
    "n_borda": ("borda", {}, lambda x: [r - 1.0 for r in _ranks(x)]),
    "n_prank": ("percentile_rank", {}, lambda x: [sum(b < a for b in x) / (len(x) - 1) for a in x]),
    "n_dist2max": ("distance_to_max", {}, lambda x: [1 - (max(x) - a) / (max(x) - min(x)) for a in x]),
    "n_dist2targ": ("distance_to_target", {"target": 90.0}, lambda x: [1 - (90 - a) / (90 - min(x)) for a in x]),
    "n_fracmax": ("fraction_of_max", {}, lambda x: [a / max(x) for a in x]),
    "n_dist2ref": ("distance_to_unit", {"unit": "0"}, lambda x: [1 - (x[0] - a) / (x[0] - min(x)) for a in x]),
}  # fmt: skip
MEANS: dict[str, tuple[str, Callable[[list[float], list[float]], float]]] = {
    "a_amean": ("arithmetic", lambda x, w: sum(a * b for a, b in zip(x, w, strict=True)) / sum(w)),
    "a_gmean": ("geometric", lambda x, w: math.prod(a ** (b / sum(w)) for a, b in zip(x, w, strict=True))),
    "a_hmean": ("harmonic", lambda x, w: sum(w) / sum(b / a for a, b in zip(x, w, strict=True))),
}


class Worst(dict[str, float]):
    """By name the largest difference, relative to the larger of 1 and the value."""

    def seen(self, name: str, ours: object, theirs: object) -> None:
        a, b = np.asarray(ours, float), np.asarray(theirs, float)
        self[name] = max(self.get(name, 0.0), float((np.abs(a - b) / np.maximum(1, np.abs(b))).max()))

    def words(self, name: str) -> str:
        return "0" if self[name] == 0 else "< 1e-12" if self[name] < 1e-12 else "< 1e-9"


@cache
def differences() -> Worst:
    """Return how far the engine is from each definition of COINr, over 50 made tables."""
    worst = Worst()
    seen = worst.seen
    rng = np.random.default_rng(330603)
    for _ in range(50):
        x = np.round(rng.uniform(1, 80, 30), 2)
        x[0] = 60
        for name, (method, more, definition) in COLUMNS.items():
            leaf = {"code": "x", "parent": "I", **({"floor": 0, "target": more["target"]} if "target" in more else {})}
            section = {"method": method, **{k: v for k, v in more.items() if k != "target"}}
            made = scoring.score(x[:, None], scoring.parse({"tree": [{"code": "I"}, leaf], "normalise": section}))
            seen(name, made.scores[:, 1], definition(x.tolist()))
        table, weights = rng.uniform(1, 100, (12, 6)), rng.uniform(0.5, 2, 6)
        for name, (method, mean) in MEANS.items():
            seen(name, aggregate.combine(table, weights, method), [mean(r, weights.tolist()) for r in table.tolist()])
        said = [
            sum(np.sign(sum(w * np.sign(a - b) for a, b, w in zip(one, other, weights, strict=True))) for other in table) for one in table
        ]  # fmt: skip
        seen("a_copeland", aggregate.copeland(table, weights), said)
        heavy = np.exp(rng.normal(0, 1.5, 30))
        spread = heavy - heavy.mean()
        m2, m3, m4 = ((spread**k).mean() for k in (2, 3, 4))
        n = len(heavy)
        seen("skew", prepare.moments(heavy)[0], m3 / m2**1.5 * math.sqrt(n * (n - 1)) / (n - 2))
        seen("kurt", prepare.moments(heavy)[1], ((n + 1) * (m4 / m2**2 - 3) + 6) * (n - 1) / ((n - 2) * (n - 3)))
        log = scoring.parse(
            {"tree": [{"code": "I"}, {"code": "x", "parent": "I"}], "normalise": "minmax", "treat": "log"}
        )
        shift = [math.log(a - heavy.min() + 0.01 * (heavy.max() - heavy.min())) for a in heavy]
        seen("log_CT", prepare.treat(heavy[:, None], log)[0][:, 0], shift)
    return worst


@cache
def beside_libraries() -> Worst:
    """Return how far second opinions are from their definitions, and the engine from pymcdm, over 50 made tables."""
    worst, known, rng = Worst(), opinions.library(), np.random.default_rng(330603)
    for _ in range(50):
        x, official = rng.uniform(1, 100, (16, 12)), rng.uniform(0.5, 2, 12)
        official /= official.sum()
        for opinion in opinions.OPINIONS:
            preferred, weights = opinions.said(x, official, opinion)
            worst.seen(
                opinion, weights if opinion in opinions.WEIGHTS else preferred, by_definition(x, official, opinion)
            )
        more, unscaled = np.ones(12), lambda column, cost: column
        for kind, method in (("arithmetic", known.methods.WSM), ("geometric", known.methods.WPM)):
            worst.seen(
                f"aggregate: {kind}",
                aggregate.combine(x, official, kind),
                method(unscaled)(x, official, more, validation=False),
            )
        tree = [{"code": "I"}, *({"code": f"x{j}", "parent": "I"} for j in range(12))]
        for kind, scaled in (("minmax", "minmax"), ("fraction_of_max", "max")):
            spec = scoring.parse({"tree": tree, "normalise": {"method": kind, "range": [0, 1]}})
            worst.seen(
                f"normalise: {kind}",
                scoring.score(x, spec).scores[:, 1:],
                known.helpers.normalize_matrix(x, scaled, None),
            )
    return worst


@pytest.mark.parametrize("found", [differences, beside_libraries])
def test_the_engine_is_what_the_definitions_say(found: Callable[[], Worst]) -> None:
    assert {k: v for k, v in found().items() if v > 1e-9} == {}


def page() -> str:
    """Return docs/method/references.md: both indices as published and as computed, and the engine against definitions."""
    lines = [
        "# 对照公开指数与定义 · Public indices and definitions, recomputed", "",
        "<!-- made by tests/unit/test_reference_indices.py; do not edit -->", "",
        "`anlan score` 的引擎按公开说明重算两个公开指数，并逐项与定义比较。The engine of [`anlan score`](../scoring.md) on two public indices, built from their "
        "published descriptions, and against definitions written a second way.", "",
    ]  # fmt: skip
    about = {
        "Human Development Index 2014": (
            hdi, "UNDP, Human Development Report 2015, table 1 and technical note 1: goalposts 20 to 85 years of life, 0 to 18 and 0 to 15 years of schooling, "
            "the logarithm of 100 to 75,000 dollars; education is the mean of two, the index the geometric mean of three. What differs is what the table rounds.",
        ),
        "Technology Achievement Index 2001": (
            tai, "UNDP, Human Development Report 2001, technical note 2 (goalposts) and table A2.1 (index); values as the OECD/JRC Handbook on Constructing "
            "Composite Indicators 2008 prints them in table A.2, with logarithms of two places. Four dimensions of two indicators, equal weights. Singapore's royalties (25.5 in the handbook) are left missing, which scores 0: only so is the published figure met, with them it would be 0.597.",
        ),
    }  # fmt: skip
    for title, (index, words) in about.items():
        names, found, published = index()
        lines += [f"## {title}", "", words, "", "| | published | computed |", "|---|---|---|"]
        lines += [
            f"| {n.replace('_', ' ')} | {p:.3f} | {f:.3f} |" for n, f, p in zip(names, found, published, strict=True)
        ]
        lines += ["", f"Largest difference: {np.abs(found - published).max():.4f}.", ""]
    lines += [
        "## Definitions 定义", "",
        "Functions of COINr as its documentation defines them, in plain Python, on 50 made tables; the difference is relative to the larger of 1 and the value. "
        "Sobol sampling and indices against SALib 1.6.0: [ranks](ranks.md).", "",
        "| definition | in a spec | largest difference |", "|---|---|---|",
    ]  # fmt: skip
    in_spec = {k: f"`normalise: {v[0]}`" for k, v in COLUMNS.items()} | {
        k: f"`aggregate: {v[0]}`" for k, v in MEANS.items()
    }
    in_spec |= {
        "a_copeland": "`aggregate: copeland`",
        "skew": "`treat: winsorise`",
        "kurt": "`treat: winsorise`",
        "log_CT": "`treat: log`",
    }
    found, beside = differences(), beside_libraries()
    lines += [f"| `{k}` | {in_spec[k]} | {found.words(k)} |" for k in found]
    lines += [
        "", "The same of pymcdm 1.4.0 (`WSM`, `WPM`, `minmax_normalization`, `max_normalization`; each test run) and scikit-criteria 0.10 (`WeightedSumModel`, "
        "`WeightedProductModel`, `MinMaxScaler`, `MaxAbsScaler`; `python -m benchmarks.opinions`):", "",
        "| in a spec | pymcdm | scikit-criteria |", "|---|---|---|",
        *(f"| `{k}` | {beside.words(k)} | {PEER[k]} |" for k in beside if k not in OPINIONS),
    ]  # fmt: skip
    lines += [
        "", "## Second opinions 他法旁证", "",
        "Computed by pymcdm 1.4.0, but for what it does not have ([ADR 40](../adr/0040-second-opinions-beside-the-score.md)). Beside them the formulas of their authors "
        "in plain numpy (each test run) and scikit-criteria 0.10, which is not in the lock (`python -m benchmarks.opinions` where it is installed), on 50 "
        "made tables of 16 units and 12 indicators. Largest differences of weights, closeness, 1 − Q, means and wins:", "",
        "| | computed by | formula of the authors | scikit-criteria |", "|---|---|---|---|",
        *(f"| `{k}` | {f'`{v}`' if v else 'ours'} | {beside.words(k)} | {PEER.get(k, 'has none')} |" for k, v in OPINIONS.items()),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def test_the_page_says_what_is_found() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.unit.test_reference_indices"


@pytest.mark.parametrize("index", [hdi, tai])
def test_a_reference_index_has_its_countries_in_order(index: Callable) -> None:
    names, _, published = index()
    assert len(set(names)) == len(names)
    assert (np.diff(published) <= 0).all()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
