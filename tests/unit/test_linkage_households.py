"""Who shares a household is not one person: what follows from a shared context is no second proof."""

from __future__ import annotations

import random

from pipelines.analysis.linkage import Spec, link

SPEC = Spec(
    "id", {"given": "name", "family": "name", "born": "date", "number": "free", "street": "address", "town": "free", "phone": "phone"},
)  # fmt: skip
GIVEN = "anna bernd clara david emma felix greta hans ida jonas klara lukas maria nils olga paul rosa sven tina udo vera willi".split()
BEGINS, ENDS = (
    "al ber cor dan el far gar hol in jan kel lam".split(),
    "bach dorf feld hagen horst mann stein wald".split(),
)


def households(count: int = 250, seed: int = 1) -> list[dict]:
    """Return persons of ``count`` households: one family name, home and phone, two to four given names and births."""
    draw = random.Random(seed)
    rows: list[dict] = []
    for h in range(count):
        home = {
            "family": draw.choice(BEGINS) + draw.choice(ENDS), "number": str(draw.randint(1, 90)), "town": draw.choice(BEGINS) + "stadt",
            "street": f"{draw.choice(BEGINS)}{draw.choice(ENDS)} road", "phone": f"030{draw.randint(1000000, 9999999)}",
        }  # fmt: skip
        for m, given in enumerate(draw.sample(GIVEN, draw.randint(2, 4))):
            born = f"{draw.randint(1940, 2005)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
            row = home | {"id": f"{h}.{m}-a", "given": given, "born": born}
            rows.append(row)
            if draw.random() < 0.3:
                slip = row | {"id": f"{h}.{m}-b"}
                at = draw.choice(["given", "family", "born", "street", "phone"])
                slip[at] = slip[at][:-1] + draw.choice("xyz789")
                rows.append(slip)
    return rows


def test_members_of_a_household_never_meet_and_slips_of_one_member_do():
    rows = households()
    links = link(rows, SPEC).links
    of = dict(zip(links["record_id"].to_pylist(), links["cluster_id"].to_pylist(), strict=True))
    wrong = [(i, c) for i, c in of.items() if i.split("-")[0] != c.split("-")[0]]
    assert wrong == []
    twice = [i for i in of if i.endswith("-b")]
    met = [i for i in twice if of[i] == of[i[:-1] + "a"]]
    assert len(met) >= 0.97 * len(twice)


def test_a_member_who_moved_meets_his_old_record_and_not_the_household():
    rows = households(seed=2)
    one = next(r for r in rows if r["id"] == "7.1-a")
    away = {"number": "91", "street": "harbour lane", "town": "newstadt", "phone": "0409999999"}
    rows.append(one | away | {"id": "7.1-c"})
    links = link(rows, SPEC).links
    of = dict(zip(links["record_id"].to_pylist(), links["cluster_id"].to_pylist(), strict=True))
    assert of["7.1-c"] == of["7.1-a"] == "7.1-a"
