"""Number words, shorthand and hours in labels, each on its own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.signals.label_hours import split_at_label_hour
from vigie.signals.number_words import with_numbers
from vigie.signals.shorthand import ONE_FORM, is_begun, is_initials, is_one_stem, is_skeleton


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("trente-quatre personnes", "34 personnes"),
        ("soixante-dix-sept", "77"),
        ("quatre-vingt-douze foyers", "92 foyers"),
        ("vingt et un", "21"),
        ("deux cent cinquante", "250"),
        ("quarante et un mille clients", "41000 clients"),
        ("deux mille cinq cents", "2500"),
        ("une quarantaine d'enfants", "une 40aine d'enfants"),
        ("mille mercis", "mille mercis"),
        ("un mort", "un mort"),
        ("la huitieme maison", "la huitieme maison"),
    ],
)
def test_number_words_are_figures(said: str, meant: str) -> None:
    """Number words are read as people count in French; ``un`` and ``mille`` alone are words."""
    assert with_numbers(said) == meant


@given(st.text(alphabet="deuxtroisvngcmlhp -'0123456789", max_size=60))
def test_numbers_are_read_once(text: str) -> None:
    """A text without number words stays as it is."""
    if with_numbers(text) == text:
        assert with_numbers(with_numbers(text)) == text


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("pte", "porte", True),
        ("parking", "pkg", True),
        ("hte", "haute", True),
        ("rue", "route", False),
        ("pont", "point", False),
        ("", "porte", False),
    ],
)
def test_skeletons(one: str, other: str, is_same: bool) -> None:
    """A word without its vowels is that word; two words with other consonants are two."""
    assert is_skeleton(one, other) is is_same


def test_cut_words_initials_and_stems() -> None:
    """Words cut short, initials and other endings are told from other words."""
    assert is_begun("physio", "physiologique")
    assert not is_begun("mon", "montagne")
    assert is_initials(("pl",), ("poids", "lourds"))
    assert is_one_stem("fermee", "fermeture")
    assert not is_one_stem("porte", "portail")
    assert ONE_FORM["gasoil"] == ONE_FORM["gazoil"] == "gazole"


@pytest.mark.parametrize(
    ("text", "hours", "rest"),
    [
        ("INFO 14h30 | Route coupée à Genlis", {"hour_14_30"}, "Route coupée à Genlis"),
        ("[06h55] Route coupée à Genlis", {"hour_6_55"}, "Route coupée à Genlis"),
        ("20h00 Route coupée à Genlis", {"hour_20_00"}, "Route coupée à Genlis"),
        ("14 h, route coupée à Genlis", set(), "14 h, route coupée à Genlis"),
        ("Bilan 18 h : 3 blessés à Genlis", set(), "Bilan 18 h : 3 blessés à Genlis"),
        ("Ouche à Dijon 14h30 : 1,20 m au pont", set(), "Ouche à Dijon 14h30 : 1,20 m au pont"),
    ],
)
def test_label_hours(text: str, hours: set[str], rest: str) -> None:
    """Only an hour that a label in front holds is taken out."""
    assert split_at_label_hour(text) == (hours, rest)


def test_a_smaller_thing_is_another_thing() -> None:
    """A diminutive is no longer form of the word that it is made of."""
    assert not is_begun("camion", "camionnette")
    assert not is_begun("port", "portail")
