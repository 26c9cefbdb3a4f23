from __future__ import annotations

import datetime
import gc
from contextlib import suppress
from decimal import Decimal
from importlib.metadata import version
from types import SimpleNamespace
from typing import Any

import jinja2
import pytest
from dbt.clients.jinja import MacroStack
from dbt.context import providers
from dbt.context.macros import MacroNamespaceBuilder
from dbt.exceptions import PackageNotFoundForMacroError
from dbt_common.clients import agate_helper
from dbt_common.clients.jinja import get_environment
from dbt_common.events import event_manager_client as events
from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.types import Note, RetryExternalCall

from pipelines import dbt_steps

INSIDE = ["dbt_duckdb", "dbt"]
# a name in every package; a macro called as a package; one called as what is inside dbt
MACROS = {
    "dbt": ["run", "inner", "shop"],
    "dbt_duckdb": ["run", "duck"],
    "root": ["run", "own", "dbt"],
    "shop": ["run", "sold", "root"],
    "tools": ["run", "hammer"],
}


def by_package() -> dict[str, dict[str, Any]]:
    return {
        p: {n: SimpleNamespace(name=n, package_name=p, unique_id=f"{p}.{n}") for n in names}
        for p, names in MACROS.items()
    }


def told(found: Any) -> Any:
    """What a name means: a macro by its id, a package by its macros."""
    return {k: told(v) for k, v in found.items()} if isinstance(found, dict) else found and found.macro.unique_id


@pytest.mark.parametrize("package", [*MACROS, "a_package_without_macros"])
def test_a_name_means_what_dbt_says_it_means(package: str) -> None:
    macros, stack, context = by_package(), MacroStack(), {}
    dbts = MacroNamespaceBuilder("root", package, stack, INSIDE, None).build_namespace(macros, context)
    ours = dbt_steps.Namespace(dbt_steps.Layout(macros, "root", package, INSIDE), context, "a step", stack)
    assert told(ours) == {name: told(dbts[name]) for name in dbts}
    for where in (None, "dbt", "root", "shop", "tools"):
        for name in ("run", "inner", "duck", "own", "sold", "hammer", "nowhere"):
            assert told(ours.get_from_package(where, name)) == told(dbts.get_from_package(where, name)), (where, name)
    for namespace in (ours, dbts):
        with pytest.raises(PackageNotFoundForMacroError):
            namespace.get_from_package("dbt_duckdb", "run")
    one = ours["run"]
    assert (one.context, one.node, one.stack) == (context, "a step", stack)
    assert vars(one).keys() == vars(dbts["run"]).keys(), "a macro of dbt's knows more than we tell ours"


def test_everything_of_dbt_is_as_it_was_afterwards() -> None:
    def now() -> list[Any]:
        environment = get_environment()
        return [
            providers.MacroNamespaceBuilder, type(environment).compile, BaseEvent.__init__, BaseEvent.__getattr__,
            events.get_event_manager(), gc.get_threshold(), agate_helper.build_type_tester,
        ]  # fmt: skip

    before = now()
    with dbt_steps.made_cheap():
        assert all(a is not b for a, b in zip(before, now(), strict=True))
    assert now() == before
    with suppress(ZeroDivisionError), dbt_steps.made_cheap():
        raise ZeroDivisionError
    assert now() == before


def test_details_get_no_message_and_all_else_does() -> None:
    heard: list[str] = []
    with dbt_steps.made_cheap():
        manager = events.get_event_manager()
        manager.add_callback(lambda m: heard.append(f"{m.info.name} {m.info.level}"))
        detail = RetryExternalCall(attempt=1, max=3)
        manager.fire_event(detail)
        assert heard == []
        assert detail.max == 3, "who asks for it has it"
        assert detail.message().startswith("Retrying external call")
        manager.fire_event(RetryExternalCall(attempt=2, max=3), EventLevel.WARN)
        manager.fire_event(Note(msg="said"))
    assert heard == ["RetryExternalCall warn", "Note info"]


def test_a_text_is_compiled_once_and_an_error_in_one_is_still_dbts() -> None:
    with dbt_steps.made_cheap():
        first, second = get_environment(), get_environment()
        assert first.compile("{{ a }} 1") is second.compile("{{ a }} 1")
        assert first.compile("{{ a }} 1") is not get_environment(native=True).compile("{{ a }} 1")
        assert first.from_string("{{ a }} 1").render({"a": 1}) != second.from_string("{{ a }} 1").render({"a": 2})
        with pytest.raises(jinja2.TemplateSyntaxError, match="end of print statement"):
            first.compile("{{ a b }}")


ANSWERS = [
    [{"failures": 2, "should_warn": True, "should_error": None}],
    [
        {
            "name": "005",
            "day": datetime.date(2026, 9, 30),
            "at": datetime.datetime(2026, 9, 30, 8),
            "amount": Decimal("1.50"),
        }
    ],
    [{"name": "", "list": [1, 2]}, {"name": "null", "list": []}],
    [{"name": None, "list": None}],
    [{"name": 7, "list": 1.5}, {"name": 8, "list": None}],
]


def test_an_answer_is_read_as_dbt_reads_it_again_and_again() -> None:
    def read() -> list[Any]:
        tables = [agate_helper.table_from_data_flat(rows, list(rows[0])) for rows in ANSWERS]
        return [([type(c).__name__ for c in t.column_types], [list(r) for r in t.rows]) for t in tables]

    dbts = read()
    with dbt_steps.made_cheap():
        assert read() == read() == dbts
        build = agate_helper.build_type_tester
        assert build({"a", "b"}, string_null_values=()) is build({"b", "a"}, string_null_values=())
        assert build({"a"}) is not build({"a"}, string_null_values=())


def test_this_goes_when_dbt_does_it_itself() -> None:
    """dbt-core 1.12 resolves macros when they are called; then measure, and take :mod:`pipelines.dbt_steps` out (ADR 44)."""
    assert version("dbt-core").startswith("1.11."), "read docs/adr/0044 before dbt is raised"
