"""A typed row is led back to what was said aloud by shared words, as comparing with each would."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from vigie.exercise.scenario import Fact, Inject, Scenario
from vigie.exercise.spoken import SpokenWords
from vigie.exercise.timeline import shown_injects

_TEXTS = st.lists(
    st.sampled_from(["Caves", "INONDÉES", "inondees", "pont", "fermé", "rue", "moulin", "à"]),
    min_size=1,
    max_size=6,
).map(" ".join)


def _scenario(calls: list[tuple[str, str]]) -> Scenario:
    """Return a scenario whose calls tell one fact each: (words of the call, of the fact)."""
    return Scenario.model_validate(
        {
            "schema_version": 1,
            "id": "essai",
            "title": "Essai",
            "convention": "cote-dor",
            "event": "Essai",
            "summary": "Essai",
            "objectives": ["Lire"],
            "starts": "05:30",
            "duration": "T+01:00",
            "cast": [{"id": "codis", "name": "CODIS", "kind": "service"}],
            "facts": [
                Fact(id=f"f{n}", summary=summary, category="water")
                for n, (_, summary) in enumerate(calls)
            ],
            "injects": [
                Inject.model_validate(
                    {
                        "id": f"i{n}",
                        "at": "T+00:05",
                        "sender": "codis",
                        "content": {"channel": "call", "text": text},
                        "truth": {"kind": "true", "fact": f"f{n}"},
                    }
                )
                for n, (text, _) in enumerate(calls)
            ],
        }
    )


def _words(text: str) -> set[str]:
    """Return the longer words without accents and capitals."""
    plain = text.casefold().replace("é", "e").replace("à", "a")
    return {word for word in plain.split() if len(word) >= 4}


def _compared(calls: list[tuple[str, str]], typed: str) -> tuple[str, ...]:
    """Return what comparing a row with each call and each fact gives."""
    own, likeness = _words(typed), []
    for number, texts in enumerate(calls):
        for words in map(_words, texts):
            shared = len(own & words) / min(len(own), len(words)) if own and words else 0.0
            if shared >= 0.5:
                likeness.append((-shared, f"i{number}"))
    return (min(likeness)[1],) if likeness else ()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(_TEXTS, _TEXTS), min_size=1, max_size=6), _TEXTS)
def test_looking_up_words_is_comparing_with_each(calls: list[tuple[str, str]], typed: str) -> None:
    """The likest call or fact wins, the first of equals; below half of the words none does."""
    scenario = _scenario(calls)
    found = SpokenWords(scenario, shown_injects(scenario)).injects_of(typed)
    assert found == _compared(calls, typed)
