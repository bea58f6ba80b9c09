"""The style of printed pages: common sheet and own sheet, a user's before the shipped ones."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from vigie.operations.printed_pages import printed_style
from vigie.operations.runtime import Runtime
from vigie.settings import Settings, house_of
from vigie.store.repository import Store


@pytest.fixture
def runtime(tmp_path: Path) -> Runtime:
    """A house with nothing in it."""
    house = house_of(Settings(home=tmp_path), "exercise")
    return Runtime(house, Store.open(house.database_url))


@pytest.mark.parametrize("name", ["report", "debrief"])
def test_a_page_bears_the_common_sheet_and_its_own(runtime: Runtime, name: str) -> None:
    """Both stand there, the head on each page, the hash is that of the very text."""
    made = printed_style(runtime, name, foot="Retour n° 1 · restreint", head="EXERCICE")
    shipped = Path(__file__).resolve().parents[3] / "templates"
    for sheet in ("printed", name):
        text = (shipped / sheet / f"{sheet}.css").read_text(encoding="utf-8").strip()
        assert text in made.style
    assert '@top-center { content: "EXERCICE"; }' in made.style
    assert hashlib.sha256(made.style.encode()).digest() == base64.b64decode(made.style_hash)


def test_a_users_sheet_comes_first_and_no_text_leaves_its_string(
    runtime: Runtime, tmp_path: Path
) -> None:
    """Whoever puts a sheet into the house gets it; what could end a CSS string is a number."""
    own = tmp_path / "templates" / "printed"
    own.mkdir(parents=True)
    (own / "printed.css").write_text("body { color: #123456; }", encoding="utf-8")
    made = printed_style(runtime, "report", foot='"; } </style>', head="")
    assert "#123456" in made.style
    assert "Liberation Sans" not in made.style.split("#123456")[0]
    assert "</style>" not in made.style
    assert (
        "@top-center { content: "
        not in made.style.split("@bottom-left { content:")[1].split("@page :first")[0]
    )
