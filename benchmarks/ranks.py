"""How fast ranks are tested: draws and Sobol indices on made indices of stated size. CPU seconds of this process.

*Small*: 51 units, 49 indicators in 7 groups, as the index that COINr 1.1.14 took 141 CPU seconds to draw 1,000 times on a like machine. *Large*:
3,000 districts, 70 indicators in 9 groups; its memory is that of a process of its own.
"""

from __future__ import annotations

import resource
import subprocess
import sys

import numpy as np

from benchmarks.landing_cpu import cpu
from pipelines.analysis import scoring

DRAWS, BASE = 1_000, 512
SMALL, LARGE = (51, 49, 7), (3_000, 70, 9)


def index(units: int, leaves: int, groups: int, seed: int = 330603) -> tuple[scoring.Scores, np.ndarray]:
    """Return a made index with its values: goalposts 0 to 100, unequal weights, some values missing, in three grades."""
    rng = np.random.default_rng(seed)
    tree = [{"code": "I"}, *({"code": f"g{i}", "parent": "I", "weight": 1 + i % 3} for i in range(groups))]
    tree += [
        {"code": f"x{j}", "parent": f"g{j % groups}", "weight": 1 + j % 4, "direction": "+", "floor": 0, "target": 100}
        for j in range(leaves)
    ]
    values = rng.uniform(0, 100, (units, leaves))
    values[rng.random(values.shape) < 0.02] = np.nan
    return scoring.score(
        values, scoring.parse({"tree": tree, "publish": {"grades": {"A": 60, "B": 50, "C": 0}}})
    ), values


def measure() -> list[tuple[str, float, float, str, str]]:
    """Return ``(what, found, bound, unit, more)`` for the table of ``make bench``."""
    made, values = index(*SMALL)
    scoring.rank_intervals(made, values, 8, 1)  # the first call loads code
    drawn, _ = cpu(lambda: scoring.rank_intervals(made, values, DRAWS, 1))
    indexed, drivers = cpu(lambda: scoring.rank_drivers(made, values, BASE))
    runs = BASE * (len(set(zip(drivers["kind"].to_pylist(), drivers["code"].to_pylist(), strict=True))) + 2)
    done = subprocess.run([sys.executable, "-m", "benchmarks.ranks"], capture_output=True, text=True, check=True)
    seconds, peak, alone = (float(x) for x in done.stdout.split()[-3:])
    units, leaves, groups = SMALL
    return [
        (f"{DRAWS:,} draws, {units} units × {leaves} indicators × {groups} groups", drawn, 0.3, "s", "CPU; COINr 1.1.14 took 141 s"),
        ("Sobol indices of the same", indexed, 2, "s", f"CPU for {runs:,} runs; {6_000 * indexed / runs:.2f} s for 6,000"),
        (f"memory of {DRAWS:,} draws, {LARGE[0]:,} units × {LARGE[1]} indicators", peak, 1, "GB", f"{seconds:.1f} s CPU; {alone:.2f} GB before"),
    ]  # fmt: skip


def main() -> None:
    """Draw the large index and print CPU seconds, peak memory in GB, and the peak before the draws."""
    made, values = index(*LARGE)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    seconds, _ = cpu(lambda: scoring.rank_intervals(made, values, DRAWS, 1))
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, before)


if __name__ == "__main__":
    main()
