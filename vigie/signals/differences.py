"""Where two texts differ, word against word, and which differences are slips of the pen.

Called by the likeness only. Pure; must not judge whether a difference matters.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, replace

from rapidfuzz.distance import OSA, Levenshtein

from vigie.signals.clauses import COMMA
from vigie.signals.distinguishing import POLARITY
from vigie.signals.shorthand import SMALLER, is_begun, is_initials, is_one_stem, is_skeleton
from vigie.signals.signature import Signature

_LEAST_TYPO_LETTERS = 5
_LEAST_SOUND_LETTERS = 4
_LEAST_SOUND = 3
_LEAST_PLURAL = 7
_MOST_MOVED = 4
_LEAST_SHIFTED = 2
_FIRST_SOUND = str.maketrans("kqsfjhaeiouy", "cccpgeeeeeee")
"""Letters with which two spellings of one sound can begin; others end the comparison at once."""
_TWINS = ({"plus", "plussign"}, {"non", "pas"})
_LEAST_MOVE = 3
_LINKS = "(?:l|d|j|n|qu|la|le|les|de|du|des|en|sur|sous|et|aux?|a)?"
"""What a hashtag keeps of a name (``#PlélanLeGrand``) and the comparison leaves out."""
_SOUNDS = (
    (re.compile(r"ph"), "f"),
    (re.compile(r"qu|q|ck|c(?=[aou]|$|[^aeiouyh])"), "k"),
    (re.compile(r"c(?=[eiy])|ss"), "s"),
    (re.compile(r"eaux?|aux?"), "o"),
    (re.compile(r"(.)\1+"), r"\1"),
    (re.compile(r"h"), ""),
    (re.compile(r"(?:ent|er|ez|[estxdz])+$"), ""),
)
"""French spellings of one sound, so that ``son invité`` is heard as ``sont invités``."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch in which two texts differ.

    Attributes:
        gone: Words of the leader that the post lacks.
        new: Words of the post that the leader lacks.
        gone_at: Where ``gone`` begins in the leader's words.
        new_at: Where ``new`` begins in the post's words.
        gone_end: Where the stretch ends in the leader's words.
        new_end: Where it ends in the post's words.
    """

    gone: tuple[str, ...]
    new: tuple[str, ...]
    gone_at: int
    new_at: int
    gone_end: int
    new_end: int

    def holding(self, gone: tuple[str, ...], new: tuple[str, ...]) -> Run:
        """Return the same stretch with only some of its words."""
        return replace(self, gone=gone, new=new)


def runs_between(leader: Signature, post: Signature) -> list[Run]:
    """Return the stretches in which two texts differ, slips and moved blocks left out."""
    runs = [_without_slips(run, leader, post) for run in _raw_runs(leader, post)]
    runs = [_without_half_word(run, leader, post) for run in runs]
    if leader.filed_words or post.filed_words:
        runs = [_without_filed(run, leader, post) for run in runs]
    runs = [run for run in runs if {*run.gone, *run.new} - {"plussign"}]
    return _without_shifts(_without_moves(runs, leader, post), leader, post)


def _raw_runs(leader: Signature, post: Signature) -> list[Run]:
    runs: list[Run] = []
    open_run: tuple[int, int] | None = None
    for step in (*Levenshtein.opcodes(leader.content, post.content), None):
        if step is not None and step.tag != "equal":
            open_run = open_run or (step.src_start, step.dest_start)
            continue
        if open_run is not None:
            gone_at, new_at = open_run
            gone_end = step.src_start if step else len(leader.content)
            new_end = step.dest_start if step else len(post.content)
            runs.append(
                Run(
                    leader.content[gone_at:gone_end],
                    post.content[new_at:new_end],
                    gone_at,
                    new_at,
                    gone_end,
                    new_end,
                )
            )
            open_run = None
    return runs


def _without_slips(run: Run, leader: Signature, post: Signature) -> Run:
    """Return the run without the words that are one word with a slip, or one name in a tag."""
    if not run.gone or not run.new:
        return run
    if is_one_name(run.gone, run.new) or _are_initials(run, leader, post):
        return run.holding((), ())
    new = list(run.new)
    gone = []
    for word in run.gone:
        slip = next((other for other in new if _is_slip(word, other, leader, post)), None)
        if slip is None:
            gone.append(word)
        else:
            new.remove(slip)
    if len(gone) == len(run.gone):
        return run
    if is_one_name(tuple(gone), tuple(new)):
        return run.holding((), ())
    return run.holding(tuple(gone), tuple(new))


def _without_filed(run: Run, leader: Signature, post: Signature) -> Run:
    """Return the run without words that the other text has in the tags that file it."""
    gone = run.gone if _is_unfiled(run.gone, leader, post) else ()
    new = run.new if _is_unfiled(run.new, post, leader) else ()
    return run.holding(gone, new)


def _is_unfiled(words: tuple[str, ...], owner: Signature, other: Signature) -> bool:
    """Tell whether the tags of the other text lack one of the words, or of a name its beginning."""
    filed = other.filed_words
    named = {part for name in owner.places if name.split()[0] in filed for part in name.split()}
    return not filed.union(named).issuperset(words)


def _without_half_word(run: Run, leader: Signature, post: Signature) -> Run:
    """Return the run without a last word that is cut in half, without a mark of it."""
    is_end = (run.gone_end, run.new_end) == (len(leader.content), len(post.content))
    if not is_end or len(run.new) != 1 or not run.gone:
        return run
    half = run.new[0]
    if run.gone[0].startswith(half) and half.isalpha():
        return replace(run, gone=run.gone[1:], new=(), gone_at=run.gone_at + 1)
    return run


def _are_initials(run: Run, leader: Signature, post: Signature) -> bool:
    """Tell whether one says in initials what the other spells out: ``PL``, ``A-M``."""
    return is_initials(run.gone, run.new) or is_initials(run.new, run.gone)


def is_one_name(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether the words are the same letters, written as one word here and several there."""
    if "".join(one) == "".join(other):
        return True
    return any(
        len(whole) == 1
        and len(parts) <= _MOST_MOVED
        and _LEAST_SOUND <= len("".join(parts)) < len(whole[0])
        and all(part in whole[0] for part in parts)
        and re.fullmatch(_LINKS.join(["", *map(re.escape, parts), ""]), whole[0])
        for whole, parts in ((one, other), (other, one))
    )


def _is_slip(one: str, other: str, leader: Signature, post: Signature) -> bool:
    """Tell whether two words are one word with a slip; two names or two figures never are.

    Where only one of them is a known name, the other is that name with a slip.
    """
    if one[0].translate(_FIRST_SOUND) != other[0].translate(_FIRST_SOUND):
        return {one, other} in _TWINS
    if {one, other} in _TWINS or is_skeleton(one, other):
        return True
    if _is_sound_alike(one, other, leader, post):
        return True
    if not (one + other).isalpha() or one[0] != other[0] or POLARITY & {one, other}:
        return False
    if (one in leader.names and other in post.names) or (
        _is_place(one, leader) and _is_place(other, post)
    ):
        return False
    return is_begun(one, other) or is_one_stem(one, other) or _is_mistyped(one, other)


def _is_mistyped(one: str, other: str) -> bool:
    if min(len(one), len(other)) < _LEAST_TYPO_LETTERS:
        return False
    return _is_shortened(one, other) or OSA.distance(one, other, score_cutoff=2) <= 1


def _is_shortened(one: str, other: str) -> bool:
    """Tell whether one word is the other cut short, as in ``ventilo`` and ``appart``."""
    is_begun = one.startswith(other[:-1]) or other.startswith(one[:-1])
    is_smaller = one.endswith(SMALLER) != other.endswith(SMALLER)
    return is_begun and not is_smaller and min(len(one), len(other)) > _LEAST_TYPO_LETTERS


def _is_sound_alike(one: str, other: str, leader: Signature, post: Signature) -> bool:
    if {one + "s", one + "x"} & {other} or {other + "s", other + "x"} & {one}:
        return len(one) + len(other) >= _LEAST_PLURAL
    if min(len(one), len(other)) < _LEAST_SOUND_LETTERS or not (one + other).isalpha():
        return False
    if one.endswith(SMALLER) != other.endswith(SMALLER):
        return False
    if _is_place(one, leader) and _is_place(other, post):
        return False
    sound = _sound(one)
    return len(sound) >= _LEAST_SOUND and sound == _sound(other)


def _is_place(word: str, said: Signature) -> bool:
    return any(word in name.split() for name in said.places)


@functools.lru_cache(maxsize=20_000)
def _sound(word: str) -> str:
    for pattern, form in _SOUNDS:
        word = pattern.sub(form, word)
    return word


def _without_moves(runs: list[Run], leader: Signature, post: Signature) -> list[Run]:
    """Return the runs without a block that one text has at its head and the other further on.

    ``Genlis : plus aucun médecin`` and ``plus aucun médecin à Genlis``. A name that moves inside
    the sentence could be the other end of a way, ``de Dijon à Beaune``: that is another fact.
    """
    if len(runs) < 2 or runs[0].gone_at or runs[0].new_at:
        return runs
    head = runs[0]
    least = 1 if _is_label(head, leader, post) else _LEAST_MOVE
    for number, run in enumerate(runs[1:], start=1):
        if 0 < len(head.gone) <= _MOST_MOVED and run.new_at >= least and _holds(run.new, head.gone):
            moved_head = head.holding((), head.new)
            left = run.holding(run.gone, _without(run.new, head.gone))
        elif (
            0 < len(head.new) <= _MOST_MOVED and run.gone_at >= least and _holds(run.gone, head.new)
        ):
            moved_head = head.holding(head.gone, ())
            left = run.holding(_without(run.gone, head.new), run.new)
        elif _is_label(head, leader, post) and _closes_label(head, run.gone):
            moved_head = head.holding((), head.new[: -len(run.gone)])
            left = run.holding((), run.new)
        else:
            continue
        rest = [moved_head, *runs[1:number], left, *runs[number + 1 :]]
        return [one for one in rest if one.gone or one.new]
    return runs


def _closes_label(head: Run, place: tuple[str, ...]) -> bool:
    """Tell whether a place ends a longer label, as in ``Appel à l'aide à Genlis : …``."""
    return (
        not head.gone
        and 0 < len(place) < len(head.new) <= _MOST_MOVED
        and head.new[-len(place) :] == place
    )


def _holds(words: tuple[str, ...], moved: tuple[str, ...]) -> bool:
    """Tell whether the words are those moved and one more at most: ``entre A et B``."""
    if len(words) - len(moved) > 1:
        return False
    return moved in (words[-len(moved) :], words[: len(moved)])


def _without(words: tuple[str, ...], moved: tuple[str, ...]) -> tuple[str, ...]:
    is_last = words[-len(moved) :] == moved
    return words[: -len(moved)] if is_last else words[len(moved) :]


def _is_label(head: Run, leader: Signature, post: Signature) -> bool:
    """Tell whether all that differs at the head is set off as ``Genlis :``."""
    sides = ((head.gone, leader.breaks), (head.new, post.breaks))
    return all(
        not words or breaks[len(words) : len(words) + 1] > (COMMA,) for words, breaks in sides
    )


def _without_shifts(runs: list[Run], leader: Signature, post: Signature) -> list[Run]:
    """Return the runs without whole clauses that stand in another order."""
    left = list(runs)
    for one in runs:
        if one.new or len(one.gone) < _LEAST_SHIFTED:
            continue
        twin = next((run for run in left if not run.gone and run.new == one.gone), None)
        if (
            twin
            and _is_clause(leader, one.gone_at, len(one.gone))
            and _is_clause(post, twin.new_at, len(twin.new))
        ):
            left.remove(one)
            left.remove(twin)
    return left


def _is_clause(said: Signature, at: int, size: int) -> bool:
    """Tell whether the words are set off on both sides."""
    is_begun = at == 0 or said.breaks[at] >= COMMA
    return is_begun and (at + size >= len(said.breaks) or said.breaks[at + size] >= COMMA)
