"""Whether two texts tell the same fact in the same words. In doubt: no.

Called by the gathering on the few candidates that its index names. Pure; must not know posts.
"""

from __future__ import annotations

from rapidfuzz.distance import Levenshtein

from vigie.signals.signature import Signature

_LEAST_WORDS = 4
"""Shorter texts ("Inondations", "Au secours") are said by many about different things."""
_LEAST_SHARED = 0.7
_MOST_ADDED = 0.5
"""Words that a copy may add, as a share of the words it repeats."""
_LEAST_TYPO_LETTERS = 6
_MOVED = 0.9
_LEAST_WORDS_BESIDE = 6
_LEAST_MOVE = 3


def likeness(leader: Signature, post: Signature) -> float:
    """Return 0.0 where the texts must stay apart, else how alike they are (up to 1.0).

    A quotation is compared by what it quotes: the comment around it may say anything but the
    contrary.
    """
    pairs = [(leader, post)]
    if post.quoted and post.denies == post.quoted.denies:
        pairs.append((leader, post.quoted))
    if leader.quoted and leader.denies == leader.quoted.denies:
        pairs.append((leader.quoted, post))
        if post.quoted and post.denies == post.quoted.denies:
            pairs.append((leader.quoted, post.quoted))
    return max(_likeness(one, other) for one, other in pairs)


def _likeness(leader: Signature, post: Signature) -> float:
    if min(len(leader.content), len(post.content)) < _LEAST_WORDS:
        return 0.0
    if not _facts_agree(leader, post):
        return 0.0
    if leader.content == post.content:
        return 1.0
    return _aligned(leader, post)


def _facts_agree(leader: Signature, post: Signature) -> bool:
    """Tell whether both hold the same facts; a cut post may lack some of its leader's.

    A full text never joins a cut leader that lacks one of its facts: two different texts could
    both go on where the cut one stops.
    """
    filed = (leader.filed_places, post.filed_places)
    if all(filed) and filed[0].isdisjoint(filed[1]):
        return False
    if leader.facts == post.facts and leader.polarity == post.polarity:
        return True
    return post.is_cut and post.facts <= leader.facts and post.polarity <= leader.polarity


def _aligned(leader: Signature, post: Signature) -> float:
    """Return how alike two different texts are, word against word."""
    only_leader: list[str] = []
    only_post: list[str] = []
    for gone, new in _differences(leader, post):
        left = []
        for word in gone:
            slip = next((other for other in new if _is_typo(word, other, leader, post)), None)
            if slip is None:
                left.append(word)
            else:
                new.remove(slip)
        if "".join(left) != "".join(new):
            only_leader += left
            only_post += new
    if not only_leader and not only_post:
        return 0.99  # Only slips, or a hashtag written as one word here and as several there.
    if only_leader and only_post:
        return _MOVED if _is_place_moved(leader, post) else 0.0
    return _extended(leader, post, only_leader, only_post)


def _differences(leader: Signature, post: Signature) -> list[tuple[list[str], list[str]]]:
    """Return the runs of words in which two texts differ: what is gone, what is new."""
    runs: list[tuple[list[str], list[str]]] = []
    is_running = False
    for step in Levenshtein.opcodes(leader.content, post.content):
        if step.tag == "equal":
            is_running = False
            continue
        if not is_running:
            runs.append(([], []))
            is_running = True
        runs[-1][0].extend(leader.content[step.src_start : step.src_end])
        runs[-1][1].extend(post.content[step.dest_start : step.dest_end])
    return runs


def _extended(
    leader: Signature, post: Signature, only_leader: list[str], only_post: list[str]
) -> float:
    """Return how alike two texts are of which one only adds words to the other."""
    longer, added = (leader, only_leader) if only_leader else (post, only_post)
    shorter = post if longer is leader else leader
    shared = len(shorter.content)
    ratio = 2 * shared / (2 * shared + len(added))
    if shorter.is_cut:
        return ratio if longer.content[:shared] == shorter.content else 0.0
    if longer.names.intersection(added) or len(added) > _MOST_ADDED * shared:
        return 0.0
    return ratio if ratio >= _LEAST_SHARED else 0.0


def _is_place_moved(leader: Signature, post: Signature) -> bool:
    """Tell whether the texts differ in one place name only, put in front by one of them.

    ``Genlis : plus aucun médecin`` and ``plus aucun médecin à Genlis``. A name that moves by a word
    or two could be the other end of a way, ``de Dijon à Beaune``: that is another fact.
    """
    if leader.is_cut or post.is_cut:
        return False
    for front, other in ((leader.content, post.content), (post.content, leader.content)):
        for name in leader.facts:
            words = tuple(word for word in name.split() if word in front)
            size = len(words)
            if not size or front[:size] != words or len(front) - size < _LEAST_WORDS_BESIDE:
                continue
            starts = [at for at in range(len(other)) if other[at : at + size] == words]
            if len(starts) == 1 and starts[0] >= _LEAST_MOVE:
                rest = other[: starts[0]] + other[starts[0] + size :]
                if rest == front[size:]:
                    return True
    return False


def _is_typo(one: str, other: str, leader: Signature, post: Signature) -> bool:
    """Tell whether two words are one word with a slip; names and figures never are."""
    if min(len(one), len(other)) < _LEAST_TYPO_LETTERS or not (one + other).isalpha():
        return False
    if one in leader.names or other in post.names:
        return False
    return Levenshtein.distance(one, other, score_cutoff=2) <= 1
