"""How well posts that tell the same fact were gathered, and look-alikes kept apart. Pure."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence

from vigie.evaluation.figures import Score, share, share_of_units
from vigie.evaluation.table import Sample

_SHOWN_CHARACTERS = 90


def score_gathering(samples: Sequence[Sample], homes: Mapping[str, Hashable]) -> Score:
    """Return pairwise precision and recall, and the share of look-alikes merged.

    A pair is two labelled posts; it is right to be together if both bear the same group. Pairs come
    in bundles (a group, a home), so their intervals are bootstrapped by bundle.

    Args:
        samples: Labelled posts; those without a group are not scored.
        homes: Sample id to the observation that it was gathered into.
    """
    labelled = [sample for sample in samples if sample.group]
    by_home = _bundles(labelled, lambda one: homes[one.id])
    by_group = _bundles(labelled, lambda one: one.group)
    alike = [sample for sample in labelled if sample.alike]
    merged = [one for one in alike if any(o.group != one.group for o in by_home[homes[one.id]])]
    return Score(
        (
            share_of_units("gathering_precision", list(by_home.values()), _pairs_same_group),
            share_of_units(
                "gathering_recall",
                list(by_group.values()),
                lambda one: _pairs_same_home(one, homes),
            ),
            share("look_alikes_merged", len(merged), len(alike)),
        ),
        tuple(_errors(by_home, by_group, homes)),
    )


def _bundles(
    samples: Sequence[Sample], key: Callable[[Sample], Hashable]
) -> dict[Hashable, list[Sample]]:
    found: dict[Hashable, list[Sample]] = defaultdict(list)
    for sample in samples:
        found[key(sample)].append(sample)
    return dict(found)


def _pairs_same_group(bundle: Sequence[Sample]) -> tuple[int, int]:
    pairs = list(itertools.combinations(bundle, 2))
    return sum(a.group == b.group for a, b in pairs), len(pairs)


def _pairs_same_home(bundle: Sequence[Sample], homes: Mapping[str, Hashable]) -> tuple[int, int]:
    pairs = list(itertools.combinations(bundle, 2))
    return sum(homes[a.id] == homes[b.id] for a, b in pairs), len(pairs)


def _errors(
    by_home: Mapping[Hashable, Sequence[Sample]],
    by_group: Mapping[Hashable, Sequence[Sample]],
    homes: Mapping[str, Hashable],
) -> list[str]:
    told = []
    for bundle in by_home.values():
        first = bundle[0]
        other = next((one for one in bundle if one.group != first.group), None)
        if other is not None:
            told.append(f"+ {_said(first)} | {_said(other)}")
    for bundle in by_group.values():
        first = bundle[0]
        told += [
            f"- {_said(first)} | {_said(one)}" for one in bundle if homes[one.id] != homes[first.id]
        ]
    return told


def _said(sample: Sample) -> str:
    return f"{sample.id} « {' '.join(sample.text.split())[:_SHOWN_CHARACTERS]} »"
