"""Scores on labelled tables count what they say they count."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.evaluation.figures import Score, share, share_of_units
from vigie.evaluation.gathering_score import score_gathering
from vigie.evaluation.place_score import Found, score_places
from vigie.evaluation.table import EvaluationError, Sample, read_table
from vigie.evaluation.triage_score import Judged, score_triage

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def _sample(name: str, **more: object) -> Sample:
    return Sample(id=name, text=f"texte {name}", source="s", posted_at=NOW, **more)  # type: ignore[arg-type]


def _value(score: Score, name: str) -> float:
    return next(figure.value for figure in score.figures if figure.name == name)


def test_pairs_are_counted_by_group_and_by_home() -> None:
    """Of three pairs put together one is right; of two pairs that belong together one is."""
    samples = [
        _sample("a", group="1"),
        _sample("b", group="1"),
        _sample("c", group="2", alike="x"),
        _sample("d", group="3", alike="x"),
        _sample("e", group="3"),
        _sample("f"),
    ]
    score = score_gathering(samples, {"a": 1, "b": 1, "c": 1, "d": 2, "e": 3, "f": 1})
    assert _value(score, "gathering_precision") == pytest.approx(1 / 3)
    assert _value(score, "gathering_recall") == pytest.approx(1 / 2)
    assert _value(score, "look_alikes_merged") == pytest.approx(1 / 2)
    assert len(score.errors) == 2


def test_places_are_counted_by_commune_and_by_text() -> None:
    """A commune too many costs precision, one missed costs recall, one from nothing is invented."""
    samples = [
        _sample("a", communes=("21231", "21054"), roads=("A38",)),
        _sample("b", communes=()),
        _sample("c", communes=()),
        _sample("d"),
    ]
    found = {
        "a": Found(("21054",), ("A38", "D10")),
        "b": Found(("06088",)),
        "c": Found(),
        "d": Found(("75056",)),
    }
    score = score_places(samples, found)
    assert _value(score, "place_precision") == pytest.approx(1 / 2)
    assert _value(score, "place_recall") == pytest.approx(1 / 2)
    assert _value(score, "place_best_first") == 0
    assert _value(score, "place_invented") == pytest.approx(1 / 2)
    assert _value(score, "road_precision") == pytest.approx(1 / 2)
    assert len(score.errors) == 3


def test_the_top_of_the_queue_is_the_first_three_of_ten() -> None:
    """Requests count where they stand among the first 30 % by priority."""
    samples = [_sample(str(n), is_request=n in (0, 9), is_life=n == 0) for n in range(10)]
    judged = {str(n): Judged(n == 1, "normal", "", float(-n)) for n in range(10)}
    score = score_triage(samples, judged)
    assert _value(score, "requests_in_top") == pytest.approx(1 / 2)
    assert _value(score, "life_recall") == 0
    assert _value(score, "life_precision") == 0


@given(st.integers(0, 500), st.integers(1, 500))
def test_an_interval_holds_its_share(hits: int, more: int) -> None:
    """Low ≤ value ≤ high within 0 … 1, and a share of nothing is no number."""
    figure = share("x", hits, hits + more)
    assert 0 <= figure.low <= figure.value <= figure.high <= 1
    assert math.isnan(share("x", 0, 0).value)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=30))
def test_a_bundled_interval_can_be_repeated(sizes: list[int]) -> None:
    """The same bundles give the same interval, and it holds the share."""
    one, two = (share_of_units("x", sizes, lambda n: (n // 2, n)) for _ in range(2))
    assert one == two
    assert 0 <= one.low <= one.high <= 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id;texte\n1;a\n", "text"),
        ("id,text\n1,a\n1,b\n", "deux fois"),
        ("id,text,useful\n1,a,peut-être\n", "peut-être"),
        ("id,text,urgency\n1,a,grave\n", "grave"),
        ("id,text,posted_at\n1,a,hier\n", "hier"),
    ],
)
def test_a_wrong_table_is_told_with_its_line(text: str, words: str, tmp_path: Path) -> None:
    """A table that cannot be scored is refused in a sentence that names what is wrong."""
    path = tmp_path / "table.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(EvaluationError) as caught:
        read_table(path)
    assert words in str(caught.value)


def test_french_excel_is_read(tmp_path: Path) -> None:
    """Semicolons and Windows-1252, as French Excel saves a table, are read; empty is no label."""
    path = tmp_path / "table.csv"
    path.write_bytes(
        "id;text;communes;useful\n1;Inondé à Genlis;21292;oui\n2;Élan;-;\n".encode("cp1252")
    )
    one, two = read_table(path)
    assert (one.text, one.communes, one.is_useful) == ("Inondé à Genlis", ("21292",), True)
    assert (two.communes, two.is_useful, two.is_life) == ((), None, None)
