"""The words of a point de situation: pasted anywhere, naming nobody, due at known hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.situation.report_privacy import visible, without_personal_data
from vigie.situation.report_schedule import due_at
from vigie.situation.report_text import COLUMNS, finished, lines, plain

START = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
ANY = st.text(max_size=400)


@given(ANY, st.integers(0, 8), st.integers(0, 8))
def test_any_text_fits_any_log(text: str, indent: int, hanging: int) -> None:
    """At most 80 columns, only what Windows-1252 holds, no line that begins like a formula."""
    for line in lines(text, indent=indent, hanging=hanging).split("\n"):
        assert len(line) <= COLUMNS
        line.encode("cp1252")
        assert line.lstrip(" ")[:1] not in ("=", "+", "-", "@")
        assert not any(ord(mark) < 32 or 127 <= ord(mark) < 160 for mark in line)


@given(ANY)
def test_plain_text_is_plain_already(text: str) -> None:
    """What was made plain stays as it is; French words are not touched at all."""
    once = plain(text)
    assert plain(once) == once


def test_french_stays_french() -> None:
    """Accents, ligatures, euro and guillemets stay; signs that few fonts know become simple."""
    said = "Où est Noël ? « Œuvre » à 12 € – c’est l’été… 😟 \u202eélever\u202c ₂"
    assert plain(said).replace("\u00a0", " ") == (
        "Où est Noël ? « Œuvre » à 12 € - c'est l'été... élever 2"
    )
    assert plain("вода ok") == "???? ok"
    assert plain("voir https://www.mairie.example/a/b?c=1 svp") == "voir (lien mairie.example) svp"


def test_a_long_word_is_broken() -> None:
    """A word longer than a line is cut rather than let stick out."""
    assert max(map(len, lines("a" * 500).split("\n"))) <= COLUMNS


def test_a_filled_template_has_no_holes() -> None:
    """No trailing spaces, one empty line at most, one line end at the end."""
    assert finished("\n\na  \n\n\n\nb\n\n") == "a\n\nb\n"


@pytest.mark.parametrize(
    "text",
    [
        "appelez le 06 12 34 56 78",
        "appelez le 0612345678",
        "tel : 03.80.12.34.56",
        "tel +33 6 12 34 56 78",
        "tel 0033612345678",
        "tel 06-12-34-56-78",
        "tel (0)6 12 34 56 78 ou +33 (0)6 12 34 56 78",
        "0 6 1 2 3 4 5 6 7 8",
        "06\u202f12\u00a034 56 78",
    ],
)
def test_telephone_numbers_go(text: str) -> None:
    """However a number is spaced, nothing that could be dialled is left."""
    left = without_personal_data(text)
    assert sum(mark.isdigit() for mark in left) <= 1, left


@pytest.mark.parametrize(
    "text",
    [
        "appelez le 18 ou le 112",
        "le 20/11/2026 à 14:05",
        "le 02/11/2026 14:05, 12 pompes",
        "D974 PR 12+300, hauteur 3,20 m à 06:15",
        "21200 Beaune, 150 foyers sans courant",
        "2026-11-20 06:00",
    ],
)
def test_numbers_that_reach_nobody_stay(text: str) -> None:
    """Emergency numbers, dates, roads, heights and postcodes are facts."""
    assert without_personal_data(text) == text


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("coincée au 12 rue des Lilas à Genlis", "12"),
        ("au 4 bis, avenue de Dijon", "4 bis"),
        ("3 impasse du Moulin", "3"),
        ("bâtiment C, appartement 14, étage 2", "14"),
        ("merci @lea_genlis et @sdis21@social.example", "lea_genlis"),
        ("écrire à jean.petit@mail.example", "jean.petit"),
        ("voir https://piaille.example/@lea/1", "piaille"),
        ("chez Mme Petit-Jean, voisine", "Petit-Jean"),
        ("M. Dupont est sur le toit", "Dupont"),
    ],
)
def test_homes_accounts_and_names_go(text: str, gone: str) -> None:
    """The street may stay, the house does not; nor do accounts, mail addresses, named persons."""
    left = without_personal_data(text)
    assert gone not in left
    assert left != text


def test_the_commune_stays() -> None:
    """What the crisis cell needs is left: where, what."""
    left = without_personal_data("Deux personnes au 12 rue des Lilas à Genlis, l'eau monte")
    assert "rue des Lilas à Genlis, l'eau monte" in left


@given(ANY)
def test_visible_text_is_one_visible_line(text: str) -> None:
    """No control, no direction mark, no line break survives."""
    shown = visible(text)
    assert "\n" not in shown
    assert "\u202e" not in shown
    assert shown == visible(shown)


@given(
    minutes=st.integers(0, 3_000),
    cadence=st.integers(5, 600),
    last=st.one_of(st.none(), st.integers(0, 3_000)),
)
def test_a_beat_is_asked_for_once(minutes: int, cadence: int, last: int | None) -> None:
    """The next beat lies ahead; issuing one at a beat answers it and moves no hour."""
    now = START + timedelta(minutes=minutes)
    before = None if last is None else START + timedelta(minutes=min(last, minutes))
    due = due_at(START, cadence, now, before)
    assert now < due.next_at <= now + timedelta(minutes=cadence)
    assert (due.next_at - START) % timedelta(minutes=cadence) == timedelta(0)
    if due.overdue_since is not None:
        assert START < due.overdue_since <= now
        after = due_at(START, cadence, now, now)
        assert after.overdue_since is None
        assert after.next_at == due.next_at
