"""Every convention that is shipped is right, holds no real contact, and the schema is current."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vigie.checks.registry import params_by_check
from vigie.convention.loader import Registry, convention_files, load_convention, load_conventions
from vigie.convention.schema import SCHEMA_FILE, render_schema
from vigie.signals.lexicons import lexicon_names
from vigie.sources.registry import params_by_kind
from vigie.workbook.shares.registry import share_kinds

FOLDER = Path(__file__).resolve().parents[2] / "conventions"
FILES = convention_files(FOLDER)
REGISTRY = Registry(params_by_kind(), params_by_check(), lexicon_names(), share_kinds())
SHIPPED = {"cote-dor", "landes", "charente-maritime", "conect-val-de-marne", "cogic"}


def test_the_five_are_there_and_load_together() -> None:
    """The shipped conventions load in one go: no shared id, no shared prefix."""
    assert {convention.id for convention in load_conventions(FILES, REGISTRY)} >= SHIPPED


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_convention_is_right_alone(path: Path) -> None:
    """Each file is right, is called like its id, and opens with help for whoever edits it."""
    convention = load_convention(path, REGISTRY)
    assert convention.id == path.stem
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"# yaml-language-server: $schema=./{SCHEMA_FILE}\n")
    assert f"vigie check conventions/{path.name}" in text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_contacts_are_placeholders(path: Path) -> None:
    """No real telephone number or mail address is shipped."""
    for contact in load_convention(path, REGISTRY).contacts:
        assert re.sub(r"[ 0]", "", contact.telephone or "+33") == "+33"
        assert contact.mail is None or contact.mail.endswith("@example.invalid")


def test_cote_dor_has_what_the_demonstration_needs() -> None:
    """Côte-d'Or is quadripartite and has the sources that the demonstration replays."""
    convention = load_convention(FOLDER / "cote-dor.yml", REGISTRY)
    assert convention.prefix == "CO21"
    assert len(convention.parties) == 4
    assert [source.id for source in convention.sources] == [
        "mastodon-social",
        "piaille",
        "presse-locale",
        "prefecture",
        "vigicrues",
        "vigilance",
        "alertes-fr",
        "hauteurs",
        "routes-nationales",
        "routes-departement",
        "bluesky",
        "telegram",
        "youtube",
    ]
    # YouTube grants a hundred searches a day: it alone is asked by the hour.
    assert all(
        2 <= source.cadence_minutes <= (60 if source.kind == "youtube" else 10)
        for source in convention.sources
    )
    assert convention.exercise.allowed


def test_landes_has_the_four_missions() -> None:
    """The convention of Landes names all four missions."""
    assert len(load_convention(FOLDER / "landes.yml", REGISTRY).missions) == 4


def test_conect_talks_back_and_has_no_map() -> None:
    """CONECT relays, names where relief is, and has no map because it has no mapping mission."""
    convention = load_convention(FOLDER / "conect-val-de-marne.yml", REGISTRY)
    assert {"prudence_relay", "solidarity_relay"} <= set(convention.missions)
    assert convention.relief_points
    assert convention.map is None


def test_cogic_is_national_and_overseas() -> None:
    """COGIC's convention covers all of France and names overseas time zones."""
    convention = load_convention(FOLDER / "cogic.yml", REGISTRY)
    assert convention.territory.all_france
    assert convention.territory.overseas
    assert {"Europe/Paris", "America/Martinique", "Indian/Reunion"} <= set(
        convention.workbook.time_zones
    )


def test_schema_file_is_current() -> None:
    """``conventions/_schema.json`` is what the installed parts give today."""
    written = (FOLDER / SCHEMA_FILE).read_text(encoding="utf-8")
    assert written == render_schema(REGISTRY), "write it again with write_schema(path, registry)"
