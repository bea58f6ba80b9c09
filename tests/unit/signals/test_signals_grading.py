"""Grades, status, corroborations, pseudonyms and summaries."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.records.observation import INFORMATION_GRADES, SOURCE_GRADES
from vigie.records.post import Post
from vigie.signals.grading import corroboration_count, grade, grade_of_kind, status
from vigie.signals.pseudonyms import pseudonym
from vigie.signals.summary import summarise


@given(st.sampled_from(SOURCE_GRADES), st.integers(0, 9), st.booleans())
def test_grades_are_legal_and_never_fall(source: str, count: int, is_official: bool) -> None:
    """Every grade is legal, and one more source never makes the fact less credible."""
    given_source, information = grade(source, count, is_official)
    assert given_source in SOURCE_GRADES
    assert information in INFORMATION_GRADES
    assert grade(source, count + 1, is_official)[1] <= information


@given(st.integers(0, 99), st.booleans())
def test_machine_never_confirms(count: int, is_lifted: bool) -> None:
    """The machine sets only unverified, corroborated and lifted."""
    assert status(count, is_lifted=is_lifted) in {"unverified", "corroborated", "lifted"}


def test_grade_of_kind() -> None:
    """The convention's word outranks the kind's; an unknown kind cannot be judged."""
    assert grade_of_kind("vigicrues:https://v.example") == "A"
    assert grade_of_kind("mastodon:https://s.example") == "F"
    assert grade_of_kind("unheard:of") == "F"
    assert grade_of_kind("mastodon:https://s.example", "B") == "B"


def test_only_independent_sources_count(make_post: Callable[..., Post]) -> None:
    """Reposts, quotations, same words and the same author are no second source."""
    said = make_post(1, "La route de Genlis est coupée au pont")
    copies = [
        make_post(2, said.text.upper()),
        make_post(3, "RT @a: " + said.text),
        make_post(4, "", repost_of=said.native_id),
        make_post(5, said.text + " toujours", author="auteur1"),
    ]
    assert corroboration_count([said, *copies]) == 1
    assert corroboration_count([said, make_post(6, said.text + " confirmé de visu")]) == 2
    assert corroboration_count([]) == 0


def test_pseudonym_is_stable_and_keyed() -> None:
    """One author is one pseudonym whatever the case; another key gives another."""
    assert pseudonym("Anne@a.example", b"key") == pseudonym(" anne@a.example ", b"key")
    assert pseudonym("Anne", b"key") != pseudonym("Anne", b"other")
    assert pseudonym("Anne", b"key").startswith("auteur-")
    assert len(pseudonym("\ud800", b"key")) == len("auteur-3f9a2c")
    with pytest.raises(ValueError, match="empty key"):
        pseudonym("Anne", b"")


@given(st.text(max_size=400), st.integers(2, 200))
def test_summary_is_one_short_line(text: str, most: int) -> None:
    """A summary never exceeds its room, has no line break, and shortens twice to itself."""
    line = summarise(text, most)
    assert len(line) <= most
    assert len(line.splitlines()) <= 1
    assert summarise(line, most) == line or line.endswith("…")


def test_summary_cuts_at_sentence_or_word() -> None:
    """Links go, sentences stay whole where possible, words always."""
    text = "RT @sdis21: Route coupée à Genlis. Les pompiers sont sur place https://a.example/x"
    assert summarise(text, 60) == "Route coupée à Genlis."[:60] or "pompiers" in summarise(text, 60)
    assert summarise(text, 30) == "Route coupée à Genlis."
    assert summarise("Inondation importante à Dijon", 15) == "Inondation…"
    with pytest.raises(ValueError, match="2 characters"):
        summarise("x", 1)
