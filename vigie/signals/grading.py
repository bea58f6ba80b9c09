"""The two axes of a grade and the status that the machine may set by itself.

Called by the analysis of a sweep. Pure. Must never say ``confirmed`` or ``refuted``: people do.
"""

from __future__ import annotations

from collections.abc import Iterable

from vigie.records.post import Post
from vigie.signals.gathering import canonical_order, no_names
from vigie.signals.signature import signature

_INDEPENDENT_SOURCES = 2
_SEVERAL_SOURCES = 3

_KIND_GRADES = {"vigicrues": "A", "vigilance": "A", "rss": "C", "mastodon": "F"}
"""How far a kind of source can be relied upon, unless the convention says. A feed was chosen by a
person; anybody can write on a social network. Source: Admiralty code (NATO AJP-2.1), A to F."""


def grade_of_kind(source_key: str, convention_grade: str | None = None) -> str:
    """Return the reliability A–F of a source: the convention's word, else its kind's, else F."""
    return convention_grade or _KIND_GRADES.get(source_key.partition(":")[0], "F")


def grade(source_kind_grade: str, corroboration_count: int, is_official: bool) -> tuple[str, int]:
    """Return (source grade A–F, information grade 1–6), each judged alone.

    Args:
        source_kind_grade: From ``grade_of_kind``.
        corroboration_count: Independent sources that tell the fact, the first one included.
        is_official: An authority says it. Then it is probable, and confirmed by a second source.
    """
    source_grade = "A" if is_official else source_kind_grade
    if is_official:
        return source_grade, 1 if corroboration_count >= _INDEPENDENT_SOURCES else 2
    if corroboration_count >= _SEVERAL_SOURCES:
        return source_grade, 2
    return source_grade, 3 if corroboration_count >= _INDEPENDENT_SOURCES else 6


def status(corroboration_count: int, *, is_lifted: bool = False) -> str:
    """Return the status that the machine may set: unverified, corroborated or lifted."""
    if is_lifted:
        return "lifted"
    return "corroborated" if corroboration_count >= _INDEPENDENT_SOURCES else "unverified"


def corroboration_count(posts: Iterable[Post]) -> int:
    """Return how many independent sources tell the fact, the first one included.

    A repost, a quotation, a cut copy, the same words by another hand and a second post by the
    same author are no further source.
    """
    voices: set[str] = set()
    wordings: set[tuple[str, ...]] = set()
    for post in sorted(posts, key=canonical_order):
        made = signature(post.text, no_names)
        voice = f"{post.source_key} {post.author or ''}"
        is_copy = bool(post.repost_of or made.quoted or made.is_cut or _says_rt(post.text))
        if voices and (is_copy or made.content in wordings or voice in voices):
            continue
        voices.add(voice)
        wordings.add(made.content)
    return len(voices)


def _says_rt(text: str) -> bool:
    return text.lstrip().upper().startswith("RT @")
