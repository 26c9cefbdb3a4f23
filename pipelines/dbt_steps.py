"""What a step of dbt costs beside its SQL, made small: its macros, its messages, its answers and the garbage it leaves (ADR 44).

dbt-core 1.11 gives each of some 1,600 steps two contexts, makes each of some 700 macros anew for both and looks each up by name, writes
messages of details that nobody hears, makes a reader of dates and numbers for each answer of one row, and leaves all of it to a garbage
collector that goes through the parsed project every time. Here names are worked out once for all steps, details get no message, readers are
kept, and garbage is collected less often. What a macro does, its name, the order in which names are looked up, what an answer holds and
every error stay dbt's. Used while a parsed project is run, never while one is parsed.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

Macros = dict[str, dict[str, Any]]
_CODE: dict[tuple[type, str], Any] = {}  # what texts of Jinja compile to
_TEXTS = 10_000
# objects, and rounds of younger garbage, before the collector looks: a step leaves some thousands that go together
_RESTS = (10_000, 10, 10)


class Layout:
    """Which name means which macro to the steps of one package, as places in ``macros``; ``named`` are names that mean a package."""

    def __init__(self, by_package: Macros, root: str, local: str, internal: list[str]) -> None:
        from dbt.include.global_project import PROJECT_NAME

        self.by_package = by_package
        self.macros = [m for package in by_package.values() for m in package.values()]
        place = {id(m): n for n, m in enumerate(self.macros)}
        known = {name: {k: place[id(m)] for k, m in package.items()} for name, package in by_package.items()}
        inner = {k: n for name in reversed(internal) for k, n in known.get(name, {}).items()}
        outer = {name: found for name, found in known.items() if name not in internal}
        self.packages = outer | {PROJECT_NAME: inner}
        # in dbt's order of search, the last first: what is inside dbt, packages by their names, the root's own, the step's own
        named = {name: name for name in (PROJECT_NAME, *outer)}
        found: dict[str, int | str] = {**inner, **named, **outer.get(root, {}), **outer.get(local, {})}
        self.flat = {k: n for k, n in found.items() if isinstance(n, int)}
        self.named = [k for k, n in found.items() if isinstance(n, str)]


class Namespace(dict[str, Any]):
    """The macros of a step by the names its text may use: ``{name: macro or package}``."""

    def __init__(self, layout: Layout, context: dict[str, Any], node: Any, stack: Any) -> None:
        from dbt.clients.jinja import MacroGenerator

        made, new = [], MacroGenerator.__new__
        for macro in layout.macros:
            one = new(MacroGenerator)
            one.context, one.macro, one.node, one.stack = context, macro, node, stack
            made.append(one)
        self.packages = {name: {k: made[n] for k, n in found.items()} for name, found in layout.packages.items()}
        super().__init__({k: made[n] for k, n in layout.flat.items()})
        self.update({name: self.packages[name] for name in layout.named})

    def get_from_package(self, package_name: str | None, name: str) -> Any:
        """Return the macro ``name`` of a package, of any when none is named; ``None`` where there is none.

        Raises:
            PackageNotFoundForMacroError: when there is no such package.

        """
        from dbt.exceptions import PackageNotFoundForMacroError

        if package_name is None:
            return self.get(name)
        if package_name not in self.packages:
            raise PackageNotFoundForMacroError(package_name)
        return self.packages[package_name].get(name)


def _builder(plain: Any) -> type:
    """Return dbt's ``plain`` builder of namespaces with the names worked out once for each package."""
    kept: dict[tuple[str, str], Layout] = {}

    class Builder(plain):  # type: ignore[misc]
        def build_namespace(self, macros_by_package: Macros, ctx: dict[str, Any]) -> Any:
            package = self.root_package, self.search_package
            layout = kept.get(package)
            if layout is None or layout.by_package is not macros_by_package:  # a unit test has a project of its own
                layout = kept[package] = Layout(macros_by_package, *package, self.internal_package_names_order)
            return Namespace(layout, ctx, self.node, self.thread_ctx)

    return Builder


def _compiler(plain: Any) -> Any:
    """Return ``plain``, which compiles a text of Jinja, such that the same text is compiled once in this process."""

    def compile(self: Any, source: Any, *others: Any, **named: Any) -> Any:
        if others or named or not isinstance(source, str):
            return plain(self, source, *others, **named)
        key = type(self), source
        if key not in _CODE:
            if len(_CODE) >= _TEXTS:
                _CODE.clear()
            _CODE[key] = plain(self, source)
        return _CODE[key]

    return compile


def _readers(plain: Any) -> Any:
    """Return ``plain``, which makes what reads the types of an answer, such that the same columns are given the same reader again."""
    kept: dict[tuple[frozenset[str], tuple[str, ...]], Any] = {}

    def build(text_columns: Iterable[str], string_null_values: Iterable[str] = ("null", "")) -> Any:
        key = frozenset(text_columns), tuple(string_null_values)
        if key not in kept:
            kept[key] = plain(*key)
        return kept[key]

    return build


def _silent() -> tuple[Any, Any, Any]:
    """Return a manager of dbt's events without messages of details, and how an event is begun and read: a detail only if it is.

    This house writes no details (``warehouse/logs/dbt.log``), and dbt makes some twenty for each step.
    """
    from dbt_common.events.base_types import BaseEvent, DebugLevel, EventLevel
    from dbt_common.events.event_manager import EventManager

    begin, read = BaseEvent.__init__, BaseEvent.__getattr__

    class Manager(EventManager):
        def fire_event(self, e: BaseEvent, level: EventLevel | None = None, *others: Any, **named: Any) -> None:
            if others or named.get("force_warn_or_error_handling") or (level or e.level_tag()) != EventLevel.DEBUG:
                super().fire_event(e, level, *others, **named)

    def begun(self: Any, *args: Any, **told: Any) -> None:
        if args or type(self).level_tag is not DebugLevel.level_tag:
            begin(self, *args, **told)
        else:
            self.__dict__["told"] = told

    def asked(self: Any, key: str) -> Any:
        if "told" in self.__dict__:
            begin(self, **self.__dict__.pop("told"))
        return read(self, key)

    return Manager(), begun, asked


@contextmanager
def made_cheap() -> Iterator[None]:
    """Run the steps of a parsed project cheaply while this lasts; everything is as it was afterwards."""
    from dbt.context import providers
    from dbt_common.clients import agate_helper
    from dbt_common.clients.jinja import MacroFuzzEnvironment
    from dbt_common.events import event_manager_client as events
    from dbt_common.events.base_types import BaseEvent

    told, rests = events.get_event_manager(), gc.get_threshold()
    manager, begun, asked = _silent()
    with ExitStack() as stack:
        for place, name, ours in (
            (providers, "MacroNamespaceBuilder", _builder(providers.MacroNamespaceBuilder)),
            (MacroFuzzEnvironment, "compile", _compiler(MacroFuzzEnvironment.compile)),
            (agate_helper, "build_type_tester", _readers(agate_helper.build_type_tester)),
            (BaseEvent, "__init__", begun),
            (BaseEvent, "__getattr__", asked),
        ):
            stack.callback(setattr, place, name, getattr(place, name))
            setattr(place, name, ours)
        stack.callback(events.ctx_set_event_manager, told)
        stack.callback(gc.set_threshold, *rests)
        events.ctx_set_event_manager(manager)
        gc.set_threshold(*_RESTS)
        yield
