"""The review desk's one door to the log of decisions: everything else of the pages knows only releases (ADR 24).

Who may decide, the cases of the release as they stand now, and a verdict written. Nothing is worked out here.
"""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from dashboards import i18n, queries
from pipelines.errors import AnlanError
from pipelines.review import cases as queue
from pipelines.review import decisions, reviewers, words
from pipelines.settings import Settings

STEWARD = reviewers.ROLE
WHO, ROLES, FAILED = "reviewer", "roles", "reviewer_failed"
WAITS = 3  # seconds more for every wrong passphrase of a session


def _settings() -> Settings:
    return Settings.load(home=queries.releases_folder().parent)


def anybody() -> bool:
    """Tell whether anyone may decide at all."""
    return bool(reviewers.everyone(_settings()))


def sign_in(name: str, passphrase: str) -> bool:
    """Open the session for a reviewer; False where name or passphrase is wrong, or a wrong one came just now."""
    failed, at = st.session_state.get(FAILED, (0, datetime.min.replace(tzinfo=UTC)))
    if failed and (datetime.now(UTC) - at).total_seconds() < WAITS * failed:
        return False
    found = reviewers.sign_in(_settings(), name, passphrase)
    if found is None:
        st.session_state[FAILED] = (failed + 1, datetime.now(UTC))
        return False
    st.session_state[WHO], st.session_state[ROLES] = found.name, found.roles
    return True


def sign_out() -> None:
    """Close the session's right to decide."""
    st.session_state.pop(WHO, None)
    st.session_state.pop(ROLES, None)


def who() -> str:
    """Return the reviewer of this session, or nothing."""
    return str(st.session_state.get(WHO, ""))


def cases(release: queries.Release) -> list[queue.Case]:
    """Return the cases of a release as the log leaves them: pairs of records, then values that conflict."""
    said = decisions.read(_settings())
    found = queue.of(queries.rows(release, "select * from review_cases"), said)
    if queries.has(release, "attribute_conflicts"):
        found += queue.of_conflicts(queries.rows(release, "select * from attribute_conflicts"), said)
    return found


def word(lang: str, family: str, code: str) -> str:
    """Return the words of a field, a level, or a department of a case."""
    return words.word(lang, family, code)


def table(lang: str, side: queue.Side) -> str:
    """Return where a side is from: its table, of a claim its attribute."""
    return words.table(lang, side.silo, side.table)


def value(lang: str, name: str, text: str) -> str:
    """Return a value of a case as people read it."""
    return words.value(lang, name, text)


def say(lang: str, case: queue.Case, verdict: str, why: str) -> str:
    """Write a verdict of this session's reviewer; return in words what went wrong, or nothing."""
    if not who():
        return i18n.text(lang, "review_signed_out")
    try:
        made = decisions.make(case.entity_type, *case.pair, verdict, who=who(), why=why, source="desk")
        decisions.append(_settings(), [made])
    except decisions.Contradiction as e:
        return i18n.text(lang, "review_contradicts", ways="; ".join(" = ".join(way) for way in e.ways))
    except AnlanError as e:
        return i18n.text(lang, "review_not_written", fault=str(e))
    return ""
