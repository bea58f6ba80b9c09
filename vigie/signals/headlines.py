"""Whether a text is another in other order: ``A31 : 20 voitures …`` of ``20 voitures sur l'A31 …``.

Called by the likeness when the words in order do not meet. Pure; must not bring together ways with
their ends exchanged, nor figures that count something else.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from vigie.signals.clauses import COLON
from vigie.signals.signature import Signature

_LEAST_WORDS = 7
_LEAST_FIGURES = 3
_MOST_TIMES_LONGER = 2.2
_MOST_LABEL = 4
_WAY_WORDS = frozenset({"sens", "direction", "entre"})


def is_reordered(leader: Signature, post: Signature) -> bool:
    """Tell whether the later text says with the earlier one's words what that one says.

    All its words are the earlier one's, each figure stands beside a neighbour that it has there, no
    place is left out, and names keep their order, but for one set in front as a label.
    """
    count = len(post.content)
    if count < _LEAST_WORDS or len(leader.content) > _MOST_TIMES_LONGER * count:
        return False
    if not post.typed_facts <= leader.all_facts or leader.polarity != post.polarity:
        return False
    if not _keeps_places(leader, post) or Counter(post.content) - Counter(leader.content):
        return False
    return _figures_stand_alike(leader, post) and _names_stand_alike(leader, post)


def _keeps_places(leader: Signature, post: Signature) -> bool:
    """Tell whether no place is left out, or one end of a way where much else is kept."""
    left_out = leader.told_places - post.places
    is_same_else = len(post.typed_facts) >= _LEAST_FIGURES and bool(leader.places & post.places)
    return not left_out or (is_same_else and len(left_out) == 1)


def _figures_stand_alike(leader: Signature, post: Signature) -> bool:
    known = {*pairwise(leader.content)}
    after = dict(pairwise(post.content))
    before = {other: one for one, other in pairwise(post.content)}
    return all(
        (before.get(fact), fact) in known or (fact, after.get(fact)) in known
        for fact in post.typed_facts
        if not fact.startswith("road_")
    )


def _names_stand_alike(leader: Signature, post: Signature) -> bool:
    told = leader.told_places | post.told_places
    named = leader.names | post.names | {part for name in told for part in name.split()}
    labels = (_label(leader, named, told), _label(post, named, told))
    moved = labels[0] | labels[1]
    if all(labels) and moved not in labels:
        return False
    ordered = iter([word for word in leader.content if word in named - moved])
    return all(word in ordered for word in post.content if word in named - moved)


def _label(said: Signature, named: frozenset[str], told: frozenset[str]) -> frozenset[str]:
    """Return the words of the one place that a label in front names, as in ``Genlis : …``."""
    size = next((at for at, gap in enumerate(said.breaks[: _MOST_LABEL + 1]) if at and gap), 0)
    words = said.content[:size]
    if not words or said.breaks[size] != COLON or not _WAY_WORDS.isdisjoint(words):
        return frozenset()
    held = [name for name in told if set(name.split()) <= set(words)]
    return named.intersection(words) if len(held) <= 1 else frozenset()
