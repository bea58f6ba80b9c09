"""Naughty strings go through connectors, analysis, workbook, map, report and back; no harm."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import unicodedata
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import pytest

from tests.integration.operations.stage import NOW, ROOT, Editing, Stage
from tests.integration.operations.test_operations_held import give
from tests.integration.operations.test_operations_map_browser import BROWSER, dumped
from tests.naughty import NAUGHTY
from vigie.operations.mapping import open_map
from vigie.operations.reporting import issue_report
from vigie.records.post import Post
from vigie.situation.map_items import text_of
from vigie.situation.map_persons import names_somebody
from vigie.situation.report_privacy import visible


def _generate() -> Any:
    name = "vigie_tests_payloads_generate_naughty"
    spec = importlib.util.spec_from_file_location(name, ROOT / "tests/payloads/generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


generate = _generate()


def _spoiled(value: Any, evil: str) -> Any:
    """Return parsed JSON in which every text has the evil one behind it."""
    if isinstance(value, str):
        return f"{value} {evil}"
    if isinstance(value, list):
        return [_spoiled(item, evil) for item in value]
    if isinstance(value, dict):
        return {key: _spoiled(item, evil) for key, item in value.items()}
    return value


def _spoiled_body(payload: Path, evil: str) -> bytes:
    """Return a payload's bytes with the evil string in every place for text."""
    raw = payload.read_bytes()
    # A hundred kilobytes in each of a thousand places would be another test: of size.
    evil = evil[: max(200, 2_000_000 // len(raw))]
    plain = evil.encode("utf-8", "replace").decode("utf-8")
    try:
        return json.dumps(_spoiled(json.loads(raw), evil)).encode("utf-8", "replace")
    except ValueError:
        text = raw.decode("utf-8", "replace")
        return text.replace("</", f" {escape(plain)}</").encode("utf-8", "replace")


@pytest.mark.parametrize(
    "payload", generate.payloads(), ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_no_connector_stumbles(payload: Path, tmp_path: Path) -> None:
    """Whatever stands in an answer's texts is read or told; nothing raises, posts can be stored."""
    given = json.loads(generate.expected_file(payload).read_text("utf-8"))["given"]
    for name, evil in NAUGHTY.items():
        spoiled = tmp_path / payload.parent.name / payload.name
        spoiled.parent.mkdir(exist_ok=True)
        spoiled.write_bytes(_spoiled_body(payload, evil))
        page = generate.page_of(spoiled, given)
        assert page.state in {"ok", "unchanged", "empty", "malformed", "refused"}, name
        assert page.state != "empty" or not page.posts
        for post in page.posts:
            assert "<script>" not in (post.url or "")


def _post(number: int, name: str, evil: str) -> Post:
    return Post(
        source_key="mastodon:https://naughty.example",
        source_id="piaille",
        native_id=f"https://naughty.example/{number}/{name}",
        kind="message",
        text=evil,
        captured_at=NOW,
        payload=json.dumps({"text": evil}),
        url=f"https://naughty.example/{number}",
        author=f"auteur {evil[:200]}",
        posted_at=NOW - timedelta(minutes=number),
        language="fr",
    )


@pytest.fixture
def spoiled(running: Stage) -> Stage:
    """An activation into which every naughty string was posted."""
    running.publish()
    posts = [
        _post(n, name, f"{evil} à Genlis {n}") for n, (name, evil) in enumerate(NAUGHTY.items())
    ]
    give(running, *posts)
    running.publish()
    return running


def test_no_cell_becomes_a_formula_or_a_link(spoiled: Stage) -> None:
    """What was posted stands in the workbook as text; only our own links are links."""
    book = openpyxl.load_workbook(spoiled.path)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (sheet.title, cell.coordinate, cell.value)
                target = cell.hyperlink.target if cell.hyperlink else None
                assert not (target or "").lower().startswith(("javascript:", "file:", "data:"))


def test_naughty_rows_come_back_unchanged(spoiled: Stage) -> None:
    """Publishing again reads no edit out of what the machine wrote itself."""
    before = {row.ref: dict(row.machine) for row in spoiled.store.observations(spoiled.id)}
    for _ in range(2):
        spoiled.clock.forward(11)
        published = spoiled.publish()
        assert (published.edit_count, published.added_count) == (0, 0)
    after = {row.ref: dict(row.machine) for row in spoiled.store.observations(spoiled.id)}
    assert after == before
    assert all(not row.people for row in spoiled.store.observations(spoiled.id))
    assert not spoiled.store.conflicts(spoiled.id)


def test_every_naughty_string_has_its_place(spoiled: Stage) -> None:
    """Each is a row, part of a row, or held and listed: none is lost."""
    key = "mastodon:https://naughty.example"
    kept = [p for posts in spoiled.store.posts_of(spoiled.id).values() for p in posts]
    held = spoiled.store.quarantined_posts(spoiled.id)
    assert sum(post.source_key == key for post in (*kept, *held)) == len(NAUGHTY)


TEMPLATES = {"map": "map.html.j2", "report": "report.html.j2"}
NUMBERED = re.compile(r"^https://naughty\.example/\d+$")


@dataclass
class Released:
    """The files of an activation whose rows people confirmed with naughty words of their own."""

    stage: Stage
    typed: dict[str, str] = field(default_factory=dict)

    def file(self, side: str, pattern: str) -> Path:
        """Return the one file of a side with a name."""
        [found] = (self.stage.house.folder(self.stage.id) / side).glob(pattern)
        return found

    @property
    def pages(self) -> list[Path]:
        """Both map pages and the report."""
        return [
            self.file("restricted", "*carte.html"),
            self.file("public", "*carte.html"),
            self.file("restricted", "*Point de situation*.html"),
        ]


def _typable(text: str) -> str:
    """Return what a person could type into a cell: no control marks, no half letters."""
    kept = (mark for mark in text if mark == "\n" or unicodedata.category(mark) not in ("Cc", "Cs"))
    return "".join(kept)[:30_000]


@pytest.fixture
def released(spoiled: Stage) -> Released:
    """People confirm the naughty rows and type naughty summaries; map opened, report issued."""
    made = Released(spoiled)
    evil = [_typable(text) for text in NAUGHTY.values()]
    with Editing(spoiled.path) as edited:
        log = edited.sheet("Main courante")
        rows = [
            number
            for number in range(log.header_row + 1, log.sheet.max_row + 1)
            if (link := log.sheet.cell(number, log.column("Lien")).hyperlink)
            and NUMBERED.match(link.target or "")
        ]
        assert len(rows) > len(NAUGHTY) / 2
        for number, text in zip(rows, evil, strict=False):
            made.typed[str(log.get(number, "Réf"))] = text
            cells = {
                **{
                    "Statut": "confirmé",
                    "Vérifié par": "Zélie",
                    "Preuves": f"appel 10 h 20 {text}",
                },
                **{"Catégorie": "route coupée", "Urgence": "normale", "Résumé": text},
                **{"Commune": "Genlis", "Lieu": text[:500], "Suivi par": text[:80]},
            }
            for title, value in cells.items():
                log.put(number, title, value)
    spoiled.clock.forward(30)
    spoiled.publish()
    open_map(spoiled.runtime, spoiled.id, by=f"Anne {NAUGHTY['html']}")
    paragraph = "\n".join(_typable(text)[:2000] for text in NAUGHTY.values())
    issue_report(spoiled.runtime, spoiled.id, by=f"Anne {NAUGHTY['html']}", situation=paragraph)
    return made


class Elements(HTMLParser):
    """What a page holds besides text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.targets: set[str] = set()
        self.blocks: list[str] = []
        self._is_data = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element and its attributes."""
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}
        self.targets |= {value or "" for name, value in attrs if name in ("href", "src")}
        self._is_data = tag == "script" and ("type", "application/json") in attrs

    def handle_endtag(self, tag: str) -> None:
        """End a block of data."""
        self._is_data = False

    def handle_data(self, data: str) -> None:
        """Note a block of data."""
        if self._is_data:
            self.blocks.append(data)


def _own_elements(template: str) -> Elements:
    text = (ROOT / "templates" / "fr" / template).read_text("utf-8")
    # A style named in a template needs its end to be read as one.
    return Elements(re.sub(r"\{[{%#].*?[}%#]\}", "", text))


def test_pages_hold_no_element_and_no_attribute_from_outside(released: Released) -> None:
    """Map and report consist of their templates' own elements, whatever their texts say."""
    for path in released.pages:
        found = Elements(path.read_text("utf-8"))
        own = _own_elements(TEMPLATES["map" if "carte" in path.name else "report"])
        assert found.tags <= own.tags, path.name
        assert found.names <= own.names, path.name
        assert not {name for name in found.names if name.startswith("on")}, path.name
        assert all(re.match(r"https?://|#", one) for one in found.targets), path.name
        assert len(found.blocks) == (2 if "carte" in path.name else 0)


def test_maps_show_naughty_words_unaltered(released: Released) -> None:
    """The restricted side holds every text as it stands in the log; the public side as typed.

    Documented exceptions: outer spaces, half surrogates; on the public side marks that nobody
    sees, words beyond 300 characters, and words that seem to name somebody.
    """
    stage = released.stage
    observations = {row.ref: row for row in stage.store.observations(stage.id)}
    text = released.file("restricted", "*carte.geojson").read_text("utf-8")
    shown = {one["properties"]["ref"]: one["properties"] for one in json.loads(text)["features"]}
    for ref in released.typed:
        assert shown[ref]["summary"] == text_of(observations[ref].value("summary"))
    page = Elements(released.file("restricted", "*carte.html").read_text("utf-8"))
    items = {one["r"]: one for one in json.loads(page.blocks[0])["items"]}
    for ref in released.typed:
        assert items[ref].get("x", "") == text_of(observations[ref].value("summary"))
    public = json.loads(released.file("public", "*carte.geojson").read_text("utf-8"))
    told = {one["properties"]["description"] for one in public["features"]}
    expected = {
        visible(typed)
        for ref, typed in released.typed.items()
        if visible(typed)
        and not names_somebody(typed)
        and len(typed) < 300
        # Spreadsheets write a mark by its number so; what reads them gives the mark back.
        and "_x000D_" not in typed
    }
    assert len(expected) > 8
    spaceless = {re.sub(r"\s", "", one) for one in told}
    assert {re.sub(r"\s", "", one) for one in expected} <= spaceless
    umap = json.loads(released.file("public", "*carte.umap").read_text("utf-8"))
    assert len(umap["layers"][0]["features"]) == len(public["features"])
    for feature in (*public["features"], *umap["layers"][0]["features"]):
        assert not re.search(r"\[\[|\{\{|\*\*", json.dumps(feature["properties"]))
        assert feature["properties"]["link"] is None


def _odd(text: str) -> set[str]:
    """Return the marks of a text that no plain text should carry."""
    direction = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    unseen = {mark for mark in text if unicodedata.category(mark) in ("Cc", "Cs", "Zl", "Zp")}
    return (unseen | (set(text) & direction)) - {"\n"}


def test_plain_files_carry_no_mark_that_cannot_be_seen(released: Released) -> None:
    """Report to paste, GeoJSON and uMap file: no control mark, no turned direction, unescaped."""
    stage = released.stage
    report = released.file("restricted", "*Point de situation*.txt").read_text("utf-8")
    assert _odd(report) == set()
    page = released.file("restricted", "*Point de situation*.html").read_text("utf-8")
    typed = re.search(r'<p class="paragraph">.*?</p>', page, re.DOTALL)
    assert typed, "what the coordinator wrote stands as it was typed"
    assert _odd(page.replace(typed.group(), "")) == set()
    assert report.encode("cp1252")
    assert max(map(len, report.splitlines())) <= 80
    assert not [line for line in report.splitlines() if re.match(r"[=+@-]", line.strip(" "))]
    for ref in released.typed:
        assert ref in report
    for path in stage.house.folder(stage.id).rglob("*carte.*"):
        if path.suffix != ".html":
            assert _odd(path.read_text("utf-8")) == set(), path.name


def test_nothing_of_it_runs_in_a_browser(released: Released, tmp_path: Path) -> None:
    """A script that stood in a text would set the title: none does, and none is even refused."""
    if BROWSER is None:
        pytest.skip("no Chromium here: the pages' texts were proved, not what a browser runs")
    for number, path in enumerate(released.pages):
        tree, console = dumped(path, tmp_path / f"profile-{number}")
        assert console == "", path.name
        [title] = re.findall(r"<title>(.*?)</title>", tree, re.DOTALL)
        assert "PWNED" not in title
        assert "EXERCICE" in title
        assert len(tree) > 5_000
        assert "PWNED" in tree, "the canary must have reached the page"
