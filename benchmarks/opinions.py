"""Second opinions beside pymcdm and scikit-criteria: the largest difference on 50 made tables of 16 units and 12 indicators.

    python -m venv peers && peers/bin/pip install pymcdm==1.4.0 scikit-criteria==0.10 pyarrow pyyaml
    PYTHONPATH=. peers/bin/python -m benchmarks.opinions

Neither library is in the lock (ADR 40): this runs where they are. What it found stands in docs/method/references.md.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from importlib.metadata import version

import numpy as np

from pipelines.analysis.scoring import opinions


def pairs(x: np.ndarray, official: np.ndarray) -> Iterator[tuple[str, str, np.ndarray, np.ndarray]]:
    """Yield opinion, library, what we say and what it says of a table ``x`` under ``official`` weights."""
    import pymcdm.methods as theirs
    import pymcdm.weights as known
    import skcriteria
    from skcriteria.agg.topsis import topsis
    from skcriteria.agg.vikor import VIKOR
    from skcriteria.preprocessing import weighters

    more = np.ones(x.shape[1])
    for name in ("entropy", "critic", "merec", "gini"):
        ours = opinions.weights(x, name)
        needs = {"critic": (more,), "merec": (more,)}.get(name, ())
        yield name, "pymcdm", ours, getattr(known, f"{name}_weights")(x, more)
        found = np.asarray(getattr(weighters, f"{name}_weights")(x, *needs))
        yield name, "scikit-criteria", ours, found / found.sum()
    scaled = (x - x.min(axis=0)) / np.ptp(x, axis=0)
    ours = opinions.preferences(x, official, "topsis")
    yield "topsis", "pymcdm", ours, theirs.TOPSIS()(x, official, more)
    yield "topsis", "scikit-criteria", ours, topsis(scaled, more, official)[3]
    ours = opinions.preferences(x, official, "vikor")
    yield "vikor", "pymcdm", ours, 1 - theirs.VIKOR()(x, official, more)
    made = VIKOR(v=0.5).evaluate(skcriteria.mkdm(x, more, weights=official)).e_
    yield "vikor", "scikit-criteria", ours, 1 - made.q_k


def main() -> None:
    """Print the largest difference per opinion and library."""
    warnings.simplefilter("ignore")
    rng = np.random.default_rng(330603)
    worst: dict[tuple[str, str], float] = {}
    for _ in range(50):
        x, official = rng.uniform(1, 100, (16, 12)), rng.uniform(0.5, 2, 12)
        for name, library, ours, other in pairs(x, official / official.sum()):
            worst[name, library] = max(worst.get((name, library), 0.0), float(np.abs(ours - other).max()))
    for (name, library), found in worst.items():
        print(f"{name} {library} {version(library)} {found:.1e}")


if __name__ == "__main__":
    main()
