"""How well communes and roads were read from texts, and how often one was invented. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vigie.evaluation.figures import Score, share
from vigie.evaluation.table import Sample

_SHOWN_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class Found:
    """What was read from one text: INSEE codes, best first, and roads as ``D974 PR 12``."""

    communes: tuple[str, ...] = ()
    roads: tuple[str, ...] = ()


def score_places(samples: Sequence[Sample], found: Mapping[str, Found]) -> Score:
    """Return precision and recall of communes, right first choices, inventions, roads.

    Args:
        samples: Labelled posts; those without labels of places are not scored.
        found: Sample id to what was read.
    """
    places = [(s, s.communes, found[s.id].communes) for s in samples if s.communes is not None]
    roads = [(s, s.roads, found[s.id].roads) for s in samples if s.roads is not None]
    right = sum(len(set(said) & set(meant)) for _, meant, said in places)
    named = [(meant, said) for _, meant, said in places if meant]
    unnamed = [said for _, meant, said in places if not meant]
    best = sum(bool(said) and said[0] == meant[0] for meant, said in named)
    right_roads = sum(len(set(said) & set(meant)) for _, meant, said in roads)
    return Score(
        (
            share("place_precision", right, sum(len(set(said)) for _, _, said in places)),
            share("place_recall", right, sum(len(set(meant)) for _, meant, _ in places)),
            share("place_best_first", best, len(named)),
            share("place_invented", sum(map(bool, unnamed)), len(unnamed)),
            share("road_precision", right_roads, sum(len(set(said)) for _, _, said in roads)),
            share("road_recall", right_roads, sum(len(set(meant)) for _, meant, _ in roads)),
        ),
        tuple(
            _error(sample, meant, said)
            for sample, meant, said in (*places, *roads)
            if set(meant) != set(said) or (meant and said and meant[0] != said[0])
        ),
    )


def _error(sample: Sample, meant: Sequence[str], said: Sequence[str]) -> str:
    text = " ".join(sample.text.split())[:_SHOWN_CHARACTERS]
    trap = f" [{sample.trap}]" if sample.trap else ""
    return f"{sample.id}{trap} {'|'.join(meant) or '-'} ≠ {'|'.join(said) or '-'} « {text} »"
