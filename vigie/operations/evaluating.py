"""Scoring gathering, places and triage on a labelled table of the user's own or of ours.

Called by ``vigie evaluate`` and the tests. Asks nobody, stores nothing.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from vigie.evaluation.figures import Score
from vigie.evaluation.gathering_score import score_gathering
from vigie.evaluation.place_score import Found, score_places
from vigie.evaluation.table import Sample, read_table
from vigie.evaluation.triage_score import Judged, score_triage
from vigie.records.post import Post, PostKind
from vigie.signals.gathering import gather
from vigie.signals.gazetteer import Gazetteer
from vigie.signals.lexicons import Lexicons, lexicon_names, load_lexicons
from vigie.signals.places import locate_all
from vigie.signals.roads import roads_in
from vigie.signals.triage import triage

DATA = Path(__file__).resolve().parents[2] / "data"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a table holds and how it was met; None where nothing is labelled for it."""

    count: int
    gathering: Score | None = None
    places: Score | None = None
    triage: Score | None = None


def evaluate_table(
    path: Path, *, gazetteer: Gazetteer | None = None, lexicons: Lexicons | None = None
) -> Evaluation:
    """Read a labelled table and score what it labels.

    Args:
        path: CSV; columns as in ``docs/evaluation.md``.
        gazetteer: Of places; by default that of ``data/``.
        lexicons: By default all of ``data/lexicons/``.
    """
    samples = read_table(path)
    names = gazetteer or Gazetteer.of_folder(DATA)
    words = lexicons or load_lexicons(lexicon_names())
    is_grouped = any(sample.group for sample in samples)
    is_placed = any(s.communes is not None or s.roads is not None for s in samples)
    is_judged = any(
        sample.is_life is not None or sample.is_useful is not None for sample in samples
    )
    return Evaluation(
        count=len(samples),
        gathering=score_gathering(samples, gather_samples(samples, names)) if is_grouped else None,
        places=score_places(samples, place_samples(samples, names)) if is_placed else None,
        triage=score_triage(samples, judge_samples(samples, words)) if is_judged else None,
    )


def gather_samples(samples: Sequence[Sample], gazetteer: Gazetteer) -> dict[str, Hashable]:
    """Return sample id to the group that the gathering gave it."""
    made = gather([_post(sample) for sample in samples], [], distinguishing=gazetteer.names_in)
    return {one.id: made.place_of((_source_key(one), one.id)) for one in samples}


def place_samples(samples: Sequence[Sample], gazetteer: Gazetteer) -> dict[str, Found]:
    """Return sample id to the communes and roads read from its text."""
    found: dict[str, Found] = {}
    for sample in samples:
        places = locate_all(
            sample.text, gazetteer, sample.territory, all_france=not sample.territory
        )
        found[sample.id] = Found(
            tuple(place.insee for place in places),
            tuple(road.code for road in roads_in(sample.text)),
        )
    return found


def judge_samples(samples: Sequence[Sample], lexicons: Lexicons) -> dict[str, Judged]:
    """Return sample id to what triage says of its text."""
    judged: dict[str, Judged] = {}
    for sample in samples:
        said = triage(sample.text, lexicons)
        judged[sample.id] = Judged(
            is_life=said.is_life_at_risk,
            urgency=said.urgency,
            category=said.category or "",
            priority=float(said.priority),
        )
    return judged


def _source_key(sample: Sample) -> str:
    return f"evaluation:{sample.source}"


def _post(sample: Sample) -> Post:
    return Post(
        source_key=_source_key(sample),
        source_id=sample.source,
        native_id=sample.id,
        kind=cast(PostKind, sample.kind),
        text=sample.text,
        captured_at=sample.posted_at,
        payload="",
        author=sample.source,
        posted_at=sample.posted_at,
    )
