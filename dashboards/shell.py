"""The frame around every page: who may see it, which release, period and language, header, footer, empty states.

The URL is the only memory of a view: ``lang``, ``release``, ``period`` and each page's own codes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import streamlit as st

from dashboards import i18n, parts, queries

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class PageSpec:
    """One page: its key, its place in the URL, its script, who may see it, and whether the header names it."""

    key: str
    path: str
    view: str
    roles: frozenset[str]
    in_nav: bool = True
    parent: str = ""


#: ``reader`` is everyone on the intranet until there is a login.
READER = frozenset({"reader"})
#: ``data_steward`` decides about pairs of records, after signing in on the review desk.
STEWARD = frozenset({"data_steward"})
PAGES = (
    PageSpec("overview", "", "views/overview.py", READER),
    PageSpec("town", "town", "views/town.py", READER),
    PageSpec("certificates", "certificates", "views/certificates.py", READER),
    PageSpec("loop", "loop", "views/loop.py", READER),
    PageSpec("circle", "circle", "views/circle.py", READER),
    PageSpec("depth", "depth", "views/depth.py", READER),
    PageSpec("firms", "firms", "views/firms.py", READER),
    PageSpec("firm", "firm", "views/firm.py", READER, in_nav=False, parent="firms"),
    PageSpec("whatif", "whatif", "views/whatif.py", READER),
    PageSpec("sharing", "sharing", "views/sharing.py", READER),
    PageSpec("data", "data", "views/data.py", READER),
    PageSpec("review", "review", "views/review.py", STEWARD, in_nav=False, parent="data"),
    PageSpec("method", "method", "views/method.py", READER),
)
BY_KEY = {page.key: page for page in PAGES}


def roles_of_reader() -> frozenset[str]:
    """Return the roles of whoever is looking; everyone is a reader, who signed in has their own roles too."""
    return READER | frozenset(st.session_state.get("roles", ()))


@dataclass(frozen=True)
class Context:
    """What a view needs: language, release, period and how to write links."""

    page: PageSpec
    lang: str
    release: queries.Release
    period: str
    periods: tuple[str, ...]

    def t(self, key: str, **values: object) -> str:
        """Return the words of ``key`` in the page's language."""
        return i18n.text(self.lang, key, **values)

    def known(self, family: str, code: object, default: str | None = None) -> str:
        """Return the words for a code of the data."""
        return i18n.known(self.lang, family, code, default)

    def pick(self, row: dict, name: str) -> str:
        """Return ``<name>_zh`` or ``<name>_en`` of a row; the other language when one is empty."""
        return row.get(f"{name}_{self.lang}") or row.get(f"{name}_zh") or row.get(f"{name}_en") or i18n.DASH

    def href(self, page: str, **parameters: object) -> str:
        """Return a link to ``page`` that keeps language, release and period."""
        return parts.url(BY_KEY[page].path, {**_kept(), **parameters})

    def here(self, **changes: object) -> str:
        """Return a link to this page with some of its parameters changed; None removes one."""
        return parts.url(self.page.path, {**dict(st.query_params), **changes})

    def arg(self, name: str, allowed: object = None, default: str = "") -> str:
        """Return a parameter of the URL, or ``default`` when it is absent or not among ``allowed``."""
        value = st.query_params.get(name, default)
        return value if allowed is None or value in allowed else default

    def page_number(self, name: str = "p") -> int:
        """Return a page number from the URL: 1 when absent or no number."""
        value = st.query_params.get(name, "1")
        return max(1, int(value)) if value.isdecimal() and len(value) < 7 else 1


def _kept() -> dict[str, str]:
    return {k: st.query_params[k] for k in ("lang", "release", "period") if k in st.query_params}


def enter(key: str, needs: tuple[str, ...] = (), door: Callable[[str], None] | None = None) -> Context:
    """Open a page: assert the role, read the URL, draw the header, check that ``needs`` can be shown.

    ``door`` is drawn instead of a refusal where a page lets people sign in. Stops the run with plain words when there is no release, a broken one or an empty one.
    """
    page = BY_KEY[key]
    lang = st.query_params.get("lang", "zh")
    lang = lang if lang in i18n.LANGUAGES else "zh"
    st.set_page_config(
        page_title=f"{i18n.text(lang, f'nav.{key}')} · {i18n.text(lang, 'brand')}",
        layout="wide",
        page_icon=str(HERE / "static" / "icon.png"),
        initial_sidebar_state="collapsed",
    )
    st.html(HERE / "theme.css")
    if not page.roles & roles_of_reader():
        _header(page, lang, None, None, ())
        door(lang) if door else notice(lang, "forbidden")
        st.stop()
    try:
        release = queries.open_release(st.query_params.get("release"))
        queries.require(release, ("town_quarter_scores", *needs))
        periods = tuple(queries.periods(release))
    except queries.ReleaseFault as fault:
        _header(page, lang, None, None, ())
        notice(lang, fault.kind, fault.detail)
        for name in queries.release_names()[:12] if fault.kind == "unknown" else ():
            parts.draw(f"<p>{parts.link(parts.url(page.path, {'lang': lang, 'release': name}), parts.esc(name))}</p>")
        st.stop()
    default = release.manifest.get("period") or periods[0]
    period = st.query_params.get("period", default)
    _header(page, lang, release, period, periods)
    if period not in periods:
        notice(lang, "period", period)
        parts.draw(
            "".join(
                f"<p>{parts.link(parts.url(page.path, {**dict(st.query_params), 'period': p}), i18n.period(lang, p))}</p>"
                for p in periods
            )
        )
        st.stop()
    return Context(page, lang, release, period, periods)


def notice(lang: str, kind: str, detail: str = "") -> None:
    """Say plainly why there is nothing to show and what to type."""
    seen = f'<p class="note">{parts.esc(i18n.text(lang, "seen", detail=detail))}</p>' if detail else ""
    command = i18n.text(lang, f"notice.{kind}.do")
    command = "".join(
        f"<code>{parts.esc(piece)}</code>" if n % 2 else parts.esc(piece) for n, piece in enumerate(command.split("`"))
    )
    parts.draw(
        f'<div class="an-notice"><h2>{parts.esc(i18n.text(lang, f"notice.{kind}.title"))}</h2>'
        f"<p>{command}</p>{seen}</div>"
    )


def _header(
    page: PageSpec, lang: str, release: queries.Release | None, period: str | None, periods: tuple[str, ...]
) -> None:
    def words(key: str) -> str:
        return parts.esc(i18n.text(lang, key))

    current = page.parent or page.key
    nav = "".join(
        parts.link(
            parts.url(p.path, _kept()), words(f"nav.{p.key}"), extra=' aria-current="page"' if p.key == current else ""
        )
        for p in PAGES
        if p.in_nav
    )
    other = "en" if lang == "zh" else "zh"
    here = dict(st.query_params)
    tools = parts.link(parts.url(page.path, {**here, "lang": other}), "English" if other == "en" else "中文", "lang")
    if release is not None:
        choices = "".join(
            f"<div>{parts.link(parts.url(page.path, {**here, 'period': p}), i18n.period(lang, p))}</div>"
            for p in periods
        )
        others = "".join(
            f"<div>{parts.link(parts.url(page.path, {'lang': lang, 'release': name}), parts.esc(name))}</div>"
            for name in queries.release_names()[:12]
        )
        tools = (
            f'<details class="an-menu"><summary>{parts.esc(i18n.period(lang, period))}</summary><div>'
            f"<small>{words('period')}</small>{choices}<small>{words('release')}</small>{others}</div></details>"
            + tools
        )
    st.html(
        f'<div class="an-top {lang}"><div class="an-brand"><b>{words("brand")}</b><span>{words("brand_sub")}</span>'
        f'</div><nav class="an-nav">{nav}</nav><div class="an-tools">{tools}</div></div>'
    )


def offer_exports(ctx: Context) -> None:
    """Offer the workbooks made from this release, when there are any.

    The link needs no login, as the pages do not either; with a login, exports move behind an authenticated route.
    """
    files = queries.export_files(ctx.release)
    if not files:
        return
    parts.draw(f'<h2>{parts.esc(ctx.t("export_title"))}</h2><p class="note">{parts.esc(ctx.t("export_note"))}</p>')
    for file in files:
        st.download_button(
            ctx.t("download", file=file.name),
            file.read_bytes,
            file_name=file.name,
            on_click="ignore",
            mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            key=f"xlsx_{file.name}",
        )


def footer(ctx: Context) -> None:
    """Draw the source line: release, period, method version, how to check it."""
    m = ctx.release.manifest
    pieces = (
        ctx.t("src_source"),
        ctx.t("src_release", release=ctx.release.name),
        ctx.t("src_period", period=i18n.period(ctx.lang, ctx.period)),
        ctx.t("src_method", method=m.get("method_version", i18n.DASH)),
        ctx.t("pilot_note"),
    )
    st.html('<div class="an-src">' + "".join(f"<span>{parts.esc(p)}</span>" for p in pieces) + "</div>")


def choose(
    ctx: Context, name: str, label: str, options: dict[str, str], *, default: str = "", clear: tuple[str, ...] = ()
) -> str:
    """Draw a select box whose value lives in the URL as a code. Returns the code.

    ``options`` maps code to words and holds ``default``; ``clear`` names parameters that the choice makes void.
    """
    state = f"choose_{ctx.page.key}_{name}"
    value = ctx.arg(name, options, default)
    st.session_state[state] = value

    def moved() -> None:
        chosen = st.session_state[state]
        for gone in clear:
            st.query_params.pop(gone, None)
        if chosen == "":
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = chosen

    st.selectbox(
        label,
        list(options),
        format_func=lambda code: options.get(code, code),
        key=state,
        on_change=moved,
        filter_mode=None if len(options) < 12 else "contains",
    )
    return value


def search(ctx: Context, name: str, label: str, *, clear: tuple[str, ...] = ()) -> str:
    """Draw a text field whose value lives in the URL."""
    state = f"search_{ctx.page.key}_{name}"
    value = ctx.arg(name)[:60]
    st.session_state[state] = value

    def moved() -> None:
        for gone in clear:
            st.query_params.pop(gone, None)
        typed = st.session_state[state].strip()[:60]
        if typed:
            st.query_params[name] = typed
        else:
            st.query_params.pop(name, None)

    st.text_input(label, key=state, on_change=moved, max_chars=60)
    return value


def parse(link: str) -> tuple[PageSpec, dict[str, str]] | None:
    """Return the page and the parameters a link of ours names, or None for any other link."""
    address = urlsplit(link)
    path = address.path.strip("./").rsplit("/", 1)[-1]
    page = next((p for p in PAGES if p.path == path), None)
    return (page, dict(parse_qsl(address.query))) if page else None
