"""Administrative cases and the ones that went to the police: the brigade and the police speak of the same ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from simulator.world.core import World

RESULTS = ("立案", "不予立案", "补充材料")


def make(world: World) -> dict[str, np.ndarray]:
    """Return the cases of all quarters.

    Columns: ``no``, ``firm``, ``at`` (the visit it follows from), ``visit`` (its number), ``filed``, ``decided``, ``kind``,
    ``fine`` (10,000 yuan), ``daily``, ``transfer`` (day it was sent to the police, NaT: never), ``quarter``.
    """
    rng, f = world.rng("cases"), world.firms
    parts: dict[str, list] = {}
    for q, (period, _first, last) in enumerate(world.quarters):
        seen = world.inspections[q]
        n = min(world.n(150), len(seen["firm"]))
        weight = (seen["hazards"] + 0.05) * (1.2 - f["quality"][seen["firm"]])
        pick = np.sort(rng.choice(len(seen["firm"]), n, replace=False, p=weight / weight.sum()))
        filed = np.minimum(
            seen["at"][pick].astype("datetime64[D]") + rng.integers(2, 25, n).astype("timedelta64[D]"),
            last - np.timedelta64(1, "D"),
        )
        kind = rng.choice(np.array(["警告", "罚款", "责令停产停业"], dtype=object), n, p=[0.18, 0.78, 0.04])
        fine = np.where(kind == "警告", 0.0, np.round(np.exp(rng.normal(0.6, 0.8, n)), 2))
        transfer = np.full(n, np.datetime64("NaT"), dtype="datetime64[D]")
        for i in rng.choice(n, min(2, n), replace=False):
            transfer[i] = min(filed[i] + np.timedelta64(12, "D"), last - np.timedelta64(1, "D"))
        for column, values in {
            "no": np.array([f"（柯）应急罚〔{period[:4]}〕{q + 1}{i:03d}号" for i in range(1, n + 1)], dtype=object),
            "firm": seen["firm"][pick],
            "visit": seen["no"][pick],
            "filed": filed,
            "decided": filed + rng.integers(15, 85, n).astype("timedelta64[D]"),
            "kind": kind,
            "fine": fine,
            "daily": rng.random(n) < 0.02,
            "transfer": transfer,
            "quarter": np.full(n, q),
        }.items():
            parts.setdefault(column, []).append(values)
    return {k: np.concatenate(v) for k, v in parts.items()}


def transfers(world: World) -> dict[str, np.ndarray]:
    """Return the cases that went to the police, with what both sides wrote down.

    Columns: ``case`` (position in ``cases``), ``no``, ``receipt``, ``approved``, ``sent``, ``received``, ``papers`` (n by 5: which
    of the five papers came), ``reviewed`` (NaT: not yet), ``result``, ``police_case``, ``objected`` (NaT: no).
    """
    rng, c = world.fresh("transfers"), world.cases
    case = np.flatnonzero(~np.isnat(c["transfer"]))
    n, end = len(case), world.end.astype("datetime64[s]")
    sent = c["transfer"][case]
    approved = sent - rng.integers(0, 4, n).astype("timedelta64[D]")
    received = sent.astype("datetime64[s]") + rng.integers(9 * 3600, 17 * 3600, n).astype("timedelta64[s]")
    papers = rng.random((n, 5)) < np.array([0.99, 0.97, 0.93, 0.90, 0.80])
    reviewed = received + rng.integers(20 * 3600, 110 * 3600, n).astype("timedelta64[s]")
    result = np.array(RESULTS, dtype=object)[rng.choice(3, n, p=[0.72, 0.18, 0.10])]
    done = reviewed < end
    objected = done & (result == "不予立案") & (rng.random(n) < 0.4)
    serial = [str(d)[:4] for d in sent]
    return {
        "case": case,
        "no": np.array([f"YS{i:06d}" for i in range(1, n + 1)], dtype=object),
        "receipt": np.array([f"GAJS{i:06d}" for i in range(1, n + 1)], dtype=object),
        "approved": approved,
        "sent": sent,
        "received": received,
        "papers": papers,
        "reviewed": np.where(done, reviewed, np.datetime64("NaT")),
        "result": np.where(done, result, None).astype(object),
        "police_case": np.array(
            [
                f"A33060300{y}{i:05d}" if d and r == "立案" else None
                for i, (y, d, r) in enumerate(zip(serial, done, result, strict=True), 1)
            ],
            dtype=object,
        ),
        "objected": np.where(objected, reviewed + np.timedelta64(40, "h"), np.datetime64("NaT")),
    }
