"""Take a picture of every page, wide and phone, in both languages, for people to look at.

    python -m dashboards.shots --out DIR [--url http://127.0.0.1:8501] [--home DATA]

Without ``--url`` it starts a server of its own on a free port. The review desk shows its door; with ``--reviewer NAME`` it asks for the
passphrase (or takes it from ANLAN_REVIEW_PASSPHRASE) and shows cases.
"""

from __future__ import annotations

import argparse
import getpass
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WIDTHS = (1440, 390)
START_SECONDS = 60


@contextmanager
def served(home: Path | None = None) -> Iterator[str]:
    """Run the pages on a free port and give their address. Raises RuntimeError when they do not come up."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, **({"ANLAN_HOME": str(home)} if home else {})}
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            str(ROOT / "dashboards" / "app.py"),
            "--server.port",
            str(port),
            "--server.address",
            "127.0.0.1",
        ],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2).read()
                break
            except OSError as error:
                if process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"the pages did not start on port {port}") from error
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


@contextmanager
def browser() -> Iterator:
    """Open the Chromium of this machine, without a window."""
    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield opened
        finally:
            opened.close()


def settle(page) -> None:
    """Wait until the page has drawn its footer (or its notice, or its door) and its charts and nothing moves any more."""
    page.wait_for_selector(".an-src, .an-notice, .an-door", timeout=30_000)
    page.wait_for_function("document.fonts.status === 'loaded'")
    page.wait_for_timeout(700)


def views(town: str, firm: str) -> dict[str, str]:
    """Return the views worth a picture: name to path and parameters."""
    return {
        "overview": "/?",
        "town": f"/town?town={town}&",
        "town_evidence": f"/town?town={town}&ind=C301&",
        "certificates": "/certificates?",
        "certificates_firms": f"/certificates?scope=enterprise&unit={firm}&",
        "certificates_teams": "/certificates?scope=fire_team&",
        "station": f"/certificates?town={town}&rule=ST-02&",
        "loop": "/loop?",
        "circle": "/circle?",
        "circle_flood": "/circle?scenario=flood&event=fire&",
        "whatif": f"/whatif?town={town}&",
        "whatif_tried": f"/whatif?town={town}&set=C301=98;weight.B=0.25&",
        "whatif_move": f"/whatif?town={town}&kind=move&set=site.rescue-1=open&",
        "depth": "/depth?",
        "firms": "/firms?",
        "firm": f"/firm?firm={firm}&item=E503&",
        "sharing": "/sharing?",
        "data": "/data?",
        "method": "/method?",
        "review": "/review?",
        "review_person": "/review?kind=person&",
        "review_conflict": "/review?kind=conflict&",
    }


def sign_in(page, name: str, passphrase: str) -> None:
    """Go through the door of the review desk; every new address is a new session."""
    page.wait_for_selector("input[type=password]", timeout=30_000)
    page.locator("input[type=text]").first.fill(name)
    page.locator("input[type=password]").fill(passphrase)
    page.locator("[data-testid=stFormSubmitButton] button").first.click()
    page.wait_for_selector("table.sides", timeout=30_000)


def some_units(home: Path | None) -> tuple[str, str]:
    """Return a town and a firm of the current release to show: the middle of the table and the worst rated."""
    if home:
        os.environ["ANLAN_HOME"] = str(home)
    from dashboards import queries
    from dashboards.queries import of_firms, of_towns

    release = queries.open_release()
    period = release.manifest["period"]
    towns = of_towns.towns(release, period)
    firms, _ = of_firms.firms(release, period)
    return towns[len(towns) // 2]["town_id"], firms[0]["enterprise_id"]


def take(
    out: Path, url: str, town: str, firm: str, only: str = "", reviewer: tuple[str, str] | None = None
) -> list[Path]:
    """Take the pictures and return the files; ``reviewer``: name and passphrase of who looks at the review desk."""
    out.mkdir(parents=True, exist_ok=True)
    made = []
    with browser() as chromium:
        for width in WIDTHS:
            context = chromium.new_context(viewport={"width": width, "height": 900}, device_scale_factor=1)
            page = context.new_page()
            for lang in ("zh", "en"):
                for name, path in views(town, firm).items():
                    if only and only not in name:
                        continue
                    page.set_viewport_size({"width": width, "height": 900})
                    page.goto(f"{url}{path}lang={lang}")
                    if reviewer and name.startswith("review"):
                        sign_in(page, *reviewer)
                    settle(page)
                    height = page.evaluate("document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight")
                    page.set_viewport_size({"width": width, "height": min(int(height) + 20, 6000)})
                    page.wait_for_timeout(500)
                    file = out / f"{name}_{width}_{lang}.png"
                    page.screenshot(path=str(file))
                    made.append(file)
            context.close()
    return made


def main() -> None:
    """Read the options and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--url")
    parser.add_argument("--home", type=Path)
    parser.add_argument("--only", default="", help="part of a view's name")
    parser.add_argument("--reviewer", default="", help="who signs in at the review desk")
    options = parser.parse_args()
    who = options.reviewer and (options.reviewer, os.environ.get("ANLAN_REVIEW_PASSPHRASE") or getpass.getpass())
    town, firm = some_units(options.home)
    if options.url:
        files = take(options.out, options.url, town, firm, options.only, who or None)
    else:
        with served(options.home) as url:
            files = take(options.out, url, town, firm, options.only, who or None)
    print(f"{len(files)} pictures in {options.out}")


if __name__ == "__main__":
    main()
