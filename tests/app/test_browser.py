"""The main paths in a real Chromium: links, language, address, phone width, and no request to the outside."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from dashboards import i18n, shots, warm

TOWN = "330603005000"
PATHS = ["/", f"/town?town={TOWN}&ind=C301", f"/certificates?town={TOWN}", "/circle", "/firms", "/data", "/method"]


@pytest.fixture(scope="module")
def site(homes):
    with shots.served(homes["good"]) as url:
        yield url


@pytest.fixture(scope="module")
def chromium():
    with shots.browser() as opened:
        yield opened


@pytest.fixture
def tab(chromium, site):
    """A new tab that remembers every address it asked for and everything the page complained about."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.asked, page.complaints = [], []
    page.on("request", lambda r: page.asked.append(r.url))
    page.on("pageerror", lambda e: page.complaints.append(str(e)))
    yield page
    assert not [
        a for a in page.asked if urlsplit(a).scheme.startswith(("http", "ws")) and urlsplit(a).hostname != "127.0.0.1"
    ]
    assert not page.complaints
    context.close()


def see(page, url: str) -> None:
    page.goto(url)
    shots.settle(page)


def codes(page) -> dict[str, str]:
    return {k: v[0] for k, v in parse_qs(urlsplit(page.url).query).items()}


def test_overview_to_town_to_evidence_to_firm(tab, site):
    see(tab, f"{site}/")
    loads = len([a for a in tab.asked if urlsplit(a).path in ("/", "/town")])
    tab.locator(".rank a.go", has_text="齐贤街道").click()
    tab.wait_for_selector("h1:has-text('齐贤街道')")
    assert urlsplit(tab.url).path == "/town"
    assert codes(tab) == {"town": TOWN}
    tab.locator("a.go", has_text="一般隐患按期整改率").last.click()
    tab.wait_for_selector(".evidence-row")
    assert codes(tab)["ind"] == "C301"
    assert "第" in tab.locator(".evidence-row td.ref").first.inner_text()
    tab.wait_for_function("Math.abs(document.getElementById('evidence').getBoundingClientRect().top) < 300")
    tab.locator(".an-nav a", has_text="企业").click()
    tab.wait_for_selector("a.firm")
    name = tab.locator("a.firm").first.inner_text()
    tab.locator("a.firm").first.click()
    tab.wait_for_selector(f"h1:has-text('{name}')")
    assert urlsplit(tab.url).path == "/firm"
    assert len([a for a in tab.asked if urlsplit(a).path in ("/", "/town")]) == loads, "a link reloaded the page"
    tab.go_back()
    tab.wait_for_selector("a.firm")


def test_language_switch_keeps_the_view(tab, site):
    see(tab, f"{site}/town?town={TOWN}&ind=C301")
    tab.locator("a.lang").click()
    tab.wait_for_selector("h1:has-text('Qixian')")
    assert codes(tab) == {"town": TOWN, "ind": "C301", "lang": "en"}
    assert tab.evaluate("document.documentElement.lang") == "en"
    tab.locator(".an-nav a", has_text="Firms").click()
    tab.wait_for_selector("h1:has-text('Enterprise ratings')")
    assert codes(tab) == {"lang": "en"}


def test_address_alone_brings_the_view_back(tab, site):
    see(tab, f"{site}/firms?grade=C&town={TOWN}&lang=en")
    assert re.search(r"Rows \d+–\d+ of|No firm matches", tab.locator("body").inner_text())
    chips = tab.locator("table.cards .chip").all_inner_texts()
    assert set(chips) <= {"C"}


def test_period_menu_changes_the_quarter(tab, site):
    see(tab, f"{site}/?lang=en")
    tab.locator(".an-menu summary").click()
    tab.locator(".an-menu a", has_text="Q2 2026").click()
    tab.wait_for_selector("h1:has-text('Q2 2026')")
    assert codes(tab)["period"] == "2026Q2"


def test_select_box_writes_a_code_into_the_address(tab, site):
    see(tab, f"{site}/town?lang=en")
    tab.locator("[data-testid=stSelectbox]").first.click()
    tab.get_by_role("option", name="Qixian").click()
    tab.wait_for_selector("h1:has-text('Qixian')")
    tab.wait_for_function(f"location.search.includes('town={TOWN}')")


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_phone_width_has_no_sideways_scrolling(chromium, site, lang):
    context = chromium.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    page = context.new_page()
    for path in PATHS:
        see(page, f"{site}{path}{'&' if '?' in path else '?'}lang={lang}")
        # the page scrolls inside stMain: the document itself is never wider than the screen
        room, used = page.evaluate("""() => { const m = document.querySelector('[data-testid=stMain]');
            return [m.clientWidth, m.scrollWidth]; }""")
        assert used <= room == 390, (path, used)
    context.close()


def test_bundled_font_is_the_one_drawn(tab, site):
    see(tab, f"{site}/")
    assert any(a.endswith("NotoSansSC-400.woff2") for a in tab.asked)
    assert tab.evaluate("[...document.fonts].some(f => f.family.includes('Noto Sans SC') && f.status === 'loaded')")


def test_no_application_chrome_is_visible(tab, site):
    see(tab, f"{site}/")
    for part in ("stHeader", "stToolbar", "stAppDeployButton", "stSidebar", "stDecoration"):
        assert not tab.locator(f"[data-testid={part}]").is_visible(), part


def test_page_without_release_says_what_to_type(chromium, homes):
    with shots.served(homes["none"]) as url:
        page = chromium.new_page()
        see(page, f"{url}/town?lang=en")
        assert "anlan run" in page.locator(".an-notice").inner_text()
        page.close()


def test_the_door_of_the_review_desk_can_be_taken_as_a_picture(tab, site):
    see(tab, f"{site}/review?lang=en")
    assert i18n.text("en", "review_title") in tab.locator(".an-door").inner_text()


def test_warming_runs_the_overview_once_and_never_raises(site):
    assert warm.warm(site) is True
    assert warm.warm("http://127.0.0.1:9", seconds=1) is False
