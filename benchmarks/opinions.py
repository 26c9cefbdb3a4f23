"""Second opinions and the engine beside scikit-criteria: the largest difference on 50 made tables of 16 units and 12 indicators.

    python -m venv peers && peers/bin/pip install scikit-criteria==0.10 pymcdm==1.4.0 pyarrow pyyaml
    PYTHONPATH=. peers/bin/python -m benchmarks.opinions

scikit-criteria is not in the lock (ADR 40): this runs where it is. What it found stands in docs/method/references.md, beside what
pymcdm and definitions written a second way say, which is measured in each test run.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from importlib.metadata import version

import numpy as np

from pipelines.analysis import scoring
from pipelines.analysis.scoring import aggregate, opinions


def pairs(x: np.ndarray, official: np.ndarray) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Yield what is compared, what we say and what scikit-criteria says of a table ``x`` under ``official`` weights."""
    import skcriteria
    from skcriteria.agg import simple, vikor
    from skcriteria.agg.topsis import topsis
    from skcriteria.preprocessing import scalers, weighters

    more = np.ones(x.shape[1])
    made = skcriteria.mkdm(x, more, weights=official)
    for name in ("entropy", "critic", "merec", "gini"):
        needs = {"critic": (more,), "merec": (more,)}.get(name, ())
        found = np.asarray(getattr(weighters, f"{name}_weights")(x, *needs))
        yield name, opinions.weights(x, name), found / found.sum()
    scaled = (x - x.min(axis=0)) / np.ptp(x, axis=0)
    yield "topsis", opinions.said(x, official, "topsis")[0], topsis(scaled, more, official)[3]
    yield "vikor", opinions.said(x, official, "vikor")[0], 1 - vikor.VIKOR(v=0.5).evaluate(made).e_.q_k
    product = 10 ** simple.WeightedProductModel().evaluate(made).e_.score
    yield "geometric", opinions.said(x, official, "geometric")[0], product
    yield (
        "aggregate: arithmetic",
        aggregate.combine(x, official, "arithmetic"),
        simple.WeightedSumModel().evaluate(made).e_.score,
    )
    yield "aggregate: geometric", aggregate.combine(x, official, "geometric"), product
    tree = [{"code": "I"}, *({"code": f"x{j}", "parent": "I"} for j in range(x.shape[1]))]
    for method, scaler in (
        ("minmax", scalers.MinMaxScaler(target="matrix")),
        ("fraction_of_max", scalers.MaxAbsScaler(target="matrix")),
    ):
        spec = scoring.parse({"tree": tree, "normalise": {"method": method, "range": [0, 1]}})
        yield f"normalise: {method}", scoring.score(x, spec).scores[:, 1:], scaler.transform(made).matrix.to_numpy()


def main() -> None:
    """Print the largest difference of each, relative to the larger of 1 and the value."""
    warnings.simplefilter("ignore")
    rng = np.random.default_rng(330603)
    worst: dict[str, float] = {}
    for _ in range(50):
        x, official = rng.uniform(1, 100, (16, 12)), rng.uniform(0.5, 2, 12)
        for name, ours, other in pairs(x, official / official.sum()):
            far = np.abs(ours - other) / np.maximum(1, np.abs(other))
            worst[name] = max(worst.get(name, 0.0), float(far.max()))
    print("scikit-criteria", version("scikit-criteria"))
    for name, found in worst.items():
        print(f"{name}: {found:.1e}")


if __name__ == "__main__":
    main()
