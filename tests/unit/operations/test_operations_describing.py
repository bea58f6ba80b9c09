"""The describer judges a text once, whoever asks and however often it is boosted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from tests.unit.workbook.workbook_samples import content
from vigie.operations.describing import Describer
from vigie.operations.runtime import DATA
from vigie.records.post import Post
from vigie.signals.gazetteer import Gazetteer
from vigie.signals.lexicons import load_lexicons
from vigie.signals.triage import triage

AT = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
TEXT = "Deux personnes bloquées sur le toit, rue des Moulins à Genlis"


def _post(native_id: str, text: str) -> Post:
    return Post(
        source_key="mastodon:https://m.example",
        source_id="m",
        native_id=native_id,
        kind="message",
        text=text,
        captured_at=AT,
        payload="{}",
    )


def test_boosts_of_one_text_are_judged_once() -> None:
    """The same text gets the very same judgement, another text its own, as triage gives them."""
    sample = content()
    lexicons = load_lexicons(("flood", "needs"))
    describer = Describer(
        convention=sample.convention,
        activation=sample.activation,
        gazetteer=Gazetteer.of_folder(DATA),
        lexicons=lexicons,
        pseudonym_key=b"key",
        source_names={},
        source_grades={},
        official_sources=frozenset(),
        thresholds={},
    )
    first, boost = _post("1", TEXT), _post("2", TEXT)
    other = replace(first, native_id="3", text="Tout va bien à Dijon, merci")
    is_exercise = sample.activation.kind == "exercise"
    assert describer.triage(first) is describer.triage(boost)
    assert describer.triage(first) == triage(TEXT, lexicons, is_exercise=is_exercise)
    assert describer.triage(other) == triage(other.text, lexicons, is_exercise=is_exercise)
