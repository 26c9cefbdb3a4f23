"""One what-if on the newest release of a home: seconds from a change to score, rank, interval, grade and gap, the slowest kind of change.

The trial is open, as on the page: it holds the evidence of the quarter, the draws behind the intervals and the roads. Each kind of change is
tried on one town, best of three; two kinds at once change all that either does.
"""

from __future__ import annotations

import time

from pipelines import release
from pipelines.analysis.whatif import Trial, open_trial
from pipelines.analysis.whatif_changes import parse
from pipelines.settings import Settings


def changes(trial: Trial) -> dict[str, list[str]]:
    """Return a change of each kind as people write it, about things the release holds."""

    def entity(code: str, more: str = "true") -> str:
        asked = f"select min(entity_id) as found from main.town_indicator_evidence where period = ? and indicator_code = ? and {more}"
        return str(trial.ask(asked, [trial.period, code])[0]["found"])

    def moved(station: str) -> str:
        where = "select lon, lat from team_rescue_circles where facility_id = ? and lon is not null limit 1"
        place = trial.ask(where, [station])[0]
        return f"move.{station}={float(place['lon']) + 0.01:.5f},{float(place['lat']):.5f}"

    stations = trial.ask(
        "select distinct facility_id from team_rescue_circles where lon is not null order by facility_id"
    )
    first, last = stations[0]["facility_id"], stations[-1]["facility_id"]
    quarter_end = trial.ask("select end_date from dim_periods where period = ?", [trial.period])[0]["end_date"]
    return {
        "an input": ["C301=95"],
        "a count": ["C301.numerator=+1"],
        "a weight": ["weight.B2=0.4"],
        "a goalpost": ["goalpost.C301.floor=10"],
        "a limit of a grade": ["grade.A=88"],
        "a certificate": [f"cert.{entity('B201')}=valid"],
        "a day of closing": [f"close.{entity('C301', 'numerator = 0')}={quarter_end}"],
        "a candidate site": ["site.rescue-1=open"],
        "a moved station": [moved(first)],
        "two moved stations": [moved(first), moved(last)],
    }


def measure(settings: Settings) -> tuple[str, float, float, str, str]:
    """Return ``(what, seconds, bound, unit, more)`` of the slowest kind of change, for the table of ``make bench``; ``more`` has all kinds."""
    waited: dict[str, float] = {}
    with release.open_release(settings, None) as opened:
        trial = open_trial(opened.connection, opened.period)
        town, tried = min(trial.base.scores), changes(trial)
        # reads the roads, once for as long as the page is open
        trial.run([parse(c, town) for c in tried["a moved station"]])
        for kind, said in tried.items():
            made = [parse(c, town) for c in said]
            turns = []
            for _ in range(3):
                started = time.perf_counter()
                trial.run(made, with_ranges=True)
                turns.append(time.perf_counter() - started)
            waited[kind] = min(turns)
    slowest = max(waited, key=lambda kind: waited[kind])
    more = ", ".join(f"{kind} {seconds:.2f}" for kind, seconds in waited.items())
    return f"one what-if, the slowest of {len(waited)} kinds: {slowest}", waited[slowest], 0.3, "s", more


if __name__ == "__main__":
    print(*measure(Settings.load()), sep="  |  ")
