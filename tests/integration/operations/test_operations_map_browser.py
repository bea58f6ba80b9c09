"""The map's page in a real browser: it shows its items, runs nothing else, asks for nothing.

Skipped aloud where no Chromium is installed: then only the page's text is proved, elsewhere.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import connect

from tests.integration.operations.stage import Stage
from vigie.operations.mapping_files import Drawing, public_files, restricted_files
from vigie.records.observation import CATEGORIES
from vigie.situation.map_items import MapItem

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
HANG_SECONDS = 90
NAUGHTY = (
    "</script><script>document.title='PWNED'</script>",
    "<img src=x onerror=\"document.title='PWNED'\">",
    "<svg/onload=document.title='PWNED'>",
    "]]><!--<script>document.title='PWNED'//-->",
    "\u2028document.title='PWNED'\u2029",
    "{{constructor.constructor('document.title=1')()}}",
    "\u202egnirts lortnoc\u202c \u0000\u0007\u007f \ufeff",
    "=cmd|'/c calc'!A0",
    "W" * 100_000,
    "Ω≈ç√∫˜µ 田中さん 🏳️‍🌈👩‍👩‍👧‍👦 e\u0301\u0300\u0301",
)

TOGETHER = range(40, 45)

pytestmark = pytest.mark.skipif(
    BROWSER is None, reason="no Chromium here: the map's page was not seen in a browser"
)


def many(stage: Stage, count: int) -> list[MapItem]:
    """Return items over the whole department, some at one spot, some without a place."""
    now = stage.clock()
    items = []
    for number in range(count):
        text = NAUGHTY[number % len(NAUGHTY)] if number < 20 else f"Fait {number}"
        is_together = number in TOGETHER
        place = (4.2 + number % 97 / 97, 46.95 + number % 89 / 89)
        items.append(
            MapItem(
                category=CATEGORIES[number % len(CATEGORIES)],
                observed_at=now - timedelta(minutes=number % 3000),
                commune=text if number < 10 else "Genlis",
                point=None if number == 0 else (5.1, 47.3) if is_together else place,
                summary=f"Même lieu {number}" if is_together else text,
                link="javascript:document.title='PWNED'" if number % 2 else "https://x.example/",
                ref=f"CO21-{number:04d}",
                urgency=("life_at_risk", "high", "normal", "information")[number % 4],
                status=("unverified", "confirmed", "in_progress", "corroborated")[number % 4],
                precision_metres=900,
                refusal="not_confirmed",
            )
        )
    return items


def written(stage: Stage, folder: Path, count: int, *, is_public: bool) -> Path:
    """Write a page as the machine does and return where it lies."""
    activation = stage.store.activation(stage.id)
    drawing = Drawing(stage.runtime, activation, stage.runtime.convention_of(activation))
    make: Callable[..., dict[Path, str]] = public_files if is_public else restricted_files
    texts = make(drawing, many(stage, count), stage.clock())
    [text] = [text for path, text in texts.items() if path.suffix == ".html"]
    path = folder / "carte.html"
    path.write_bytes(text.encode("utf-8", "replace"))
    return path


def command(profile: Path, *more: str) -> list[str]:
    """Return the browser's command line, cut off from every host."""
    assert BROWSER is not None
    return [
        BROWSER,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--no-first-run",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--user-data-dir={profile}",
        *more,
    ]


def dumped(page: Path, profile: Path) -> tuple[str, str]:
    """Return the page's tree after its script has run, and what the console said."""
    run = subprocess.run(
        command(
            profile,
            "--enable-logging=stderr",
            "--virtual-time-budget=20000",
            "--dump-dom",
            page.as_uri(),
        ),
        capture_output=True,
        timeout=HANG_SECONDS,
        check=False,
    )
    console = [
        line for line in run.stderr.decode("utf-8", "replace").splitlines() if "CONSOLE" in line
    ]
    return run.stdout.decode("utf-8", "replace"), "\n".join(console)


@pytest.mark.parametrize("is_public", [True, False])
def test_page_shows_its_items_and_runs_nothing_of_theirs(
    stage: Stage, tmp_path: Path, is_public: bool
) -> None:
    """Naughty texts stand in the list as text; no script of theirs runs, no request is tried."""
    stage.open()
    page = written(stage, tmp_path, 30, is_public=is_public)
    tree, console = dumped(page, tmp_path / "profile")
    assert "data-ready=" in tree, console
    assert console == ""
    assert tree.count('class="card"') == 30
    assert "<title>EXERCICE – Crue de la Tille – carte" in tree
    assert "EXERCICE – EXERCICE – EXERCICE" in tree
    assert tree.count("<script") == 4
    assert 'href="javascript' not in tree
    assert "&lt;img src=x" in tree
    assert ("Vitale" in tree) is not is_public


def test_five_thousand_items_are_listed_in_portions_and_grouped(
    stage: Stage, tmp_path: Path
) -> None:
    """All are counted and reachable; marks and cards stay few whatever the number of items."""
    stage.open()
    page = written(stage, tmp_path, 5000, is_public=False)
    tree, console = dumped(page, tmp_path / "profile")
    assert console == ""
    assert "Faits affichés : 5000 sur 5000" in tree
    assert tree.count('class="card"') == 60
    assert 5 < tree.count("leaflet-marker-icon") < 400
    [ready] = re.findall(r'data-ready="(\d+)"', tree)
    print(f"5 000 items: {page.stat().st_size / 1e6:.1f} MB, ready after {ready} ms")


class Tab:
    """A page that is operated as a person would: evaluated, clicked, typed into."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self.number = 0

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Send one command of the DevTools protocol and return its result."""
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv(timeout=HANG_SECONDS))
            if answer.get("id") == self.number:
                assert "error" not in answer, answer
                return dict(answer["result"])

    def value(self, expression: str) -> Any:
        """Return what an expression is in the page."""
        made = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in made, made
        return made["result"].get("value")

    def until(self, expression: str) -> None:
        """Wait until an expression is true."""
        deadline = time.monotonic() + HANG_SECONDS
        while not self.value(f"Boolean({expression})"):
            assert time.monotonic() < deadline, expression
            time.sleep(0.02)

    def key(self, name: str) -> None:
        """Press a key."""
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=name, code=name)


@contextmanager
def opened(page: Path, profile: Path, width: int, height: int) -> Iterator[Tab]:
    """Open a page in a browser of its own."""
    process = subprocess.Popen(
        command(profile, "--remote-debugging-port=0", "--remote-allow-origins=*", "about:blank"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "NO_PROXY": "127.0.0.1"},
    )
    try:
        file = profile / "DevToolsActivePort"
        deadline = time.monotonic() + HANG_SECONDS
        while not (file.is_file() and len(file.read_text().splitlines()) == 2):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        port, path = file.read_text().splitlines()
        with connect(f"ws://127.0.0.1:{port}{path}", proxy=None) as socket:
            whole = Tab(socket)
            target = whole.call("Target.createTarget", url="about:blank")["targetId"]
        with connect(
            f"ws://127.0.0.1:{port}/devtools/page/{target}", proxy=None, max_size=None
        ) as socket:
            tab = Tab(socket)
            tab.call(
                "Emulation.setDeviceMetricsOverride",
                width=width,
                height=height,
                deviceScaleFactor=1,
                mobile=width < 500,
            )
            tab.call("Page.enable")
            tab.call("Page.navigate", url=page.as_uri())
            tab.until("document.documentElement?.dataset.ready")
            yield tab
    finally:
        process.terminate()
        process.wait(timeout=HANG_SECONDS)


FOCUSED = (
    "[...document.querySelectorAll('#list .card')].indexOf(document.activeElement.closest('.card'))"
)
COUNT = "document.getElementById('count').textContent"


def test_filters_list_and_map_move_together(stage: Stage, tmp_path: Path) -> None:
    """Filters change list and marks; a card's focus marks its place; a group opens as a list."""
    stage.open()
    page = written(stage, tmp_path, 300, is_public=False)
    with opened(page, tmp_path / "profile", 1300, 900) as tab:
        assert tab.value(COUNT) == "Faits affichés : 300 sur 300"
        assert tab.value("document.querySelectorAll('img, iframe, object, form').length") == 0
        assert tab.value("document.scripts.length") == 4
        tab.value("document.querySelector('#categories input').click()")
        fewer = int(str(tab.value(COUNT)).split()[3])
        assert fewer == 300 - len(range(0, 300, len(CATEGORIES)))
        tab.value("document.querySelector('#categories input').click()")
        tab.value(
            "time = document.getElementById('time'); time.value = '1';"
            "time.dispatchEvent(new Event('change'))"
        )
        assert tab.value(COUNT) == "Faits affichés : 61 sur 300"
        tab.value("time.value = '0'; time.dispatchEvent(new Event('change'))")
        tab.value(
            "s = document.getElementById('search'); s.value = 'fait 299';"
            "s.dispatchEvent(new Event('input'))"
        )
        assert tab.value(COUNT) == "Faits affichés : 1 sur 300"
        tab.value("s.value = ''; s.dispatchEvent(new Event('input'))")
        tab.value("document.querySelectorAll('#list .card button')[3].focus()")
        here = tab.value(FOCUSED)
        tab.key("ArrowDown")
        assert tab.value(FOCUSED) == here + 1
        before = tab.value("document.querySelector('.leaflet-control-scale-line').textContent")
        tab.value("document.activeElement.click()")
        tab.until(
            "document.querySelector('.leaflet-control-scale-line').textContent !== "
            + json.dumps(before)
        )
        tab.value("document.getElementById('more').click()")
        assert tab.value("document.querySelectorAll('#list .card').length") == 120
        assert "PWNED" not in tab.value("document.title")
        # What lies at one spot cannot be told apart on the map: it opens as a list of its own.
        tab.value("s.value = 'même lieu'; s.dispatchEvent(new Event('input'))")
        tab.until("document.querySelectorAll('.leaflet-marker-icon').length === 1")
        tab.value("document.querySelector('.leaflet-marker-icon').click()")
        assert tab.value(COUNT) == "5 faits à cet endroit"
        assert tab.value(FOCUSED) == 0
        tab.value("s.value = ''; s.dispatchEvent(new Event('input'))")
        assert tab.value(COUNT) == "Faits affichés : 300 sur 300"


def test_page_fits_a_telephone(stage: Stage, tmp_path: Path) -> None:
    """At 360 pixels nothing is wider than the screen, map first, then list."""
    stage.open()
    page = written(stage, tmp_path, 200, is_public=True)
    with opened(page, tmp_path / "profile", 360, 740) as tab:
        assert tab.value("document.documentElement.scrollWidth") <= 360
        assert tab.value("document.getElementById('tools').open") is False
        top = "document.getElementById('%s').getBoundingClientRect().top"
        assert tab.value(top % "map") < tab.value(top % "list")
        marks = tab.value("document.querySelectorAll('.leaflet-marker-icon').length")
        assert marks > 3


def test_paper_gets_map_legend_and_a_list_that_ends(stage: Stage, tmp_path: Path) -> None:
    """Printing shows the whole territory, the legend, at most 300 facts and says so; then ends."""
    stage.open()
    page = written(stage, tmp_path, 5000, is_public=False)
    with opened(page, tmp_path / "profile", 1280, 800) as tab:
        where = "document.querySelector('.leaflet-control-scale-line').textContent"
        tab.value("document.querySelector('.leaflet-control-zoom-in').click()")
        tab.value("document.getElementById('tools').open = false")
        tab.value("window.dispatchEvent(new Event('beforeprint'))")
        assert tab.value("document.getElementById('tools').open") is True
        assert tab.value("document.querySelectorAll('#list .card').length") == 300
        assert "300 premiers faits sur 5000" in tab.value(
            "document.getElementById('paper').textContent"
        )
        drawn = (
            "(() => { const c = document.querySelector('.leaflet-land-pane canvas');"
            "const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
            "return d.some((value, at) => at % 4 === 3 && value) })()"
        )
        assert tab.value(drawn) is True
        on_paper = tab.value(where)
        tab.value("window.dispatchEvent(new Event('afterprint'))")
        assert tab.value(where) is not None
        assert on_paper
        assert tab.value("document.getElementById('tools').open") is False
        assert tab.value("document.getElementById('paper').hidden") is True
        assert tab.value("document.querySelectorAll('#list .card').length") == 60


def test_a_browser_that_cannot_run_the_script_says_so(stage: Stage, tmp_path: Path) -> None:
    """An empty page would be taken for calm: it says that it shows nothing, and where to look."""
    stage.open()
    page = written(stage, tmp_path, 30, is_public=True)
    text = page.read_text("utf-8")
    page.write_text(text.replace("'use strict';\n", "'use strict'; @\n"), encoding="utf-8")
    tree, console = dumped(page, tmp_path / "profile")
    assert console
    assert "data-ready=" not in tree
    assert "Ce navigateur ne montre pas la carte" in tree
    assert "appelez le 18 ou le 112" in tree


def test_a_closed_page_shows_nothing_and_asks_nothing(stage: Stage, tmp_path: Path) -> None:
    """No script, no data, the rule of 18 and 112, and EXERCICE."""
    stage.open()
    activation = stage.store.activation(stage.id)
    drawing = Drawing(stage.runtime, activation, stage.runtime.convention_of(activation))
    texts = public_files(drawing, None, stage.clock())
    page = tmp_path / "carte.html"
    [text] = [text for path, text in texts.items() if path.suffix == ".html"]
    page.write_text(text, encoding="utf-8")
    tree, console = dumped(page, tmp_path / "profile")
    assert console == ""
    assert "<script" not in tree
    assert "Cette carte est fermée" in tree
    assert "appelez d’abord le 18 ou le 112" in tree
    assert "EXERCICE – EXERCICE – EXERCICE" in tree


def test_merged_rows_and_groups_can_be_sought_by_reference(stage: Stage, tmp_path: Path) -> None:
    """A reference said on the telephone is found, also where its row counts with another one."""
    stage.open()
    activation = stage.store.activation(stage.id)
    drawing = Drawing(stage.runtime, activation, stage.runtime.convention_of(activation))
    items = [
        dataclasses.replace(item, members=("CO21-0777",) if item.ref == "CO21-0021" else ())
        for item in many(stage, 40)
    ]
    texts = restricted_files(drawing, items, stage.clock())
    page = tmp_path / "carte.html"
    [text] = [text for path, text in texts.items() if path.suffix == ".html"]
    page.write_text(text, encoding="utf-8")
    with opened(page, tmp_path / "profile", 1280, 800) as tab:
        tab.value(
            "s = document.getElementById('search'); s.value = 'co21-0777';"
            "s.dispatchEvent(new Event('input'))"
        )
        assert tab.value(COUNT) == "Faits affichés : 1 sur 40"
        card = tab.value("document.querySelector('#list .card').textContent")
        assert "CO21-0021" in card
        assert "avec CO21-0777" in card
        # All boxes of the status unticked: the list says that nothing fits, it is not just empty.
        tab.value("s.value = ''; s.dispatchEvent(new Event('input'))")
        tab.value("for (const b of document.querySelectorAll('#statuses input:checked')) b.click()")
        assert tab.value(COUNT) == "Aucun fait ne correspond à ces filtres."
        tab.until("!document.querySelector('.leaflet-marker-icon')")
