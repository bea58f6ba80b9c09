"""Naughty strings go through connectors, analysis, workbook and back, and harm nothing."""

from __future__ import annotations

import importlib.util
import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import pytest

from tests.integration.operations.stage import NOW, ROOT, Stage
from tests.integration.operations.test_operations_held import give
from tests.naughty import NAUGHTY
from vigie.records.post import Post


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
