"""Where two texts differ, word against word, and which differences are slips of the pen.

Called by the likeness only. Pure; must not judge whether a difference matters.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, replace

from rapidfuzz.distance import OSA, Levenshtein

from vigie.signals.distinguishing import POLARITY
from vigie.signals.signature import COMMA, Signature

_LEAST_TYPO_LETTERS = 5
_LEAST_SOUND_LETTERS = 4
_LEAST_SOUND = 3
_LEAST_PLURAL = 7
_MOST_MOVED = 4
_LEAST_SHIFTED = 2
_PLUS = {"plus", "plussign"}
_LEAST_CUT_LETTERS = 3
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
    if is_one_name(run.gone, run.new):
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


def _without_half_word(run: Run, leader: Signature, post: Signature) -> Run:
    """Return the run without a last word that is cut in half, without a mark of it."""
    is_end = (run.gone_end, run.new_end) == (len(leader.content), len(post.content))
    if not is_end or len(run.new) != 1 or not run.gone:
        return run
    half = run.new[0]
    if len(half) >= _LEAST_CUT_LETTERS and run.gone[0].startswith(half) and half.isalpha():
        return replace(run, gone=run.gone[1:], new=(), gone_at=run.gone_at + 1)
    return run


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
    if {one, other} == _PLUS or _is_sound_alike(one, other, leader, post):
        return True
    if not (one + other).isalpha() or one[0] != other[0]:
        return False
    if min(len(one), len(other)) < _LEAST_TYPO_LETTERS or POLARITY & {one, other}:
        return False
    if (one in leader.names and other in post.names) or (
        _is_place(one, leader) and _is_place(other, post)
    ):
        return False
    return _is_shortened(one, other) or OSA.distance(one, other, score_cutoff=2) <= 1


def _is_shortened(one: str, other: str) -> bool:
    """Tell whether one word is the other cut short, as in ``ventilo`` and ``appart``."""
    is_begun = one.startswith(other[:-1]) or other.startswith(one[:-1])
    return is_begun and min(len(one), len(other)) > _LEAST_TYPO_LETTERS


def _is_sound_alike(one: str, other: str, leader: Signature, post: Signature) -> bool:
    if {one + "s", one + "x"} & {other} or {other + "s", other + "x"} & {one}:
        return len(one) + len(other) >= _LEAST_PLURAL
    if min(len(one), len(other)) < _LEAST_SOUND_LETTERS or not (one + other).isalpha():
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
        if 0 < len(head.gone) <= _MOST_MOVED and head.gone == run.new and run.new_at >= least:
            moved_head = head.holding((), head.new)
            left = run.holding(run.gone, ())
        elif 0 < len(head.new) <= _MOST_MOVED and head.new == run.gone and run.gone_at >= least:
            moved_head = head.holding(head.gone, ())
            left = run.holding((), run.new)
        else:
            continue
        rest = [moved_head, *runs[1:number], left, *runs[number + 1 :]]
        return [one for one in rest if one.gone or one.new]
    return runs


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
