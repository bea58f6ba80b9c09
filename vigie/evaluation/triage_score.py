"""How well triage found lives at risk, requests and what is useful. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vigie.evaluation.figures import Figure, Score, share
from vigie.evaluation.table import Sample

QUEUE_SHARE = 0.3
"""The part of the queue that a team reads when it cannot read all."""
_SHOWN_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class Judged:
    """What triage said of one text; the greater the priority, the earlier it is read."""

    is_life: bool
    urgency: str
    category: str
    priority: float


def score_triage(samples: Sequence[Sample], judged: Mapping[str, Judged]) -> Score:
    """Return recall and precision of life at risk, and what the top of the queue holds.

    Args:
        samples: Labelled posts.
        judged: Sample id to what triage said.
    """
    top = _top_of_queue(samples, judged)
    lives = [s for s in samples if s.is_life]
    shown = [s for s in samples if s.is_life is not None and judged[s.id].is_life]
    categories = [s for s in samples if s.category]
    urgencies = [s for s in samples if s.urgency]
    return Score(
        (
            share("life_recall", sum(judged[s.id].is_life for s in lives), len(lives)),
            share("life_precision", sum(bool(s.is_life) for s in shown), len(shown)),
            _in_top("requests_in_top", [s for s in samples if s.is_request], top),
            _in_top("urgent_in_top", [s for s in samples if s.is_urgent], top),
            _in_top("useful_in_top", [s for s in samples if s.is_useful], top),
            share(
                "category_right",
                sum(judged[s.id].category == s.category for s in categories),
                len(categories),
            ),
            share(
                "urgency_right",
                sum(judged[s.id].urgency == s.urgency for s in urgencies),
                len(urgencies),
            ),
        ),
        tuple(_errors(samples, judged, top)),
    )


def _top_of_queue(samples: Sequence[Sample], judged: Mapping[str, Judged]) -> frozenset[str]:
    """Return the ids of the first 30 %; equal priorities stand in the order of their arrival."""
    queue = sorted(samples, key=lambda one: (-judged[one.id].priority, one.posted_at, one.id))
    return frozenset(one.id for one in queue[: round(QUEUE_SHARE * len(queue))])


def _in_top(name: str, wanted: Sequence[Sample], top: frozenset[str]) -> Figure:
    return share(name, sum(one.id in top for one in wanted), len(wanted))


def _errors(
    samples: Sequence[Sample], judged: Mapping[str, Judged], top: frozenset[str]
) -> list[str]:
    told = []
    for sample in samples:
        said = judged[sample.id]
        if sample.is_life is not None and sample.is_life != said.is_life:
            told.append(f"{'-' if sample.is_life else '+'}life {_said(sample)}")
        if sample.is_request and sample.id not in top:
            told.append(f"-request {_said(sample)}")
    return told


def _said(sample: Sample) -> str:
    return f"{sample.id} « {' '.join(sample.text.split())[:_SHOWN_CHARACTERS]} »"
