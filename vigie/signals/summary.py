"""One line out of a post: what a tired reader sees first.

Called by the analysis of a sweep. Pure; must not reword anything.
"""

from __future__ import annotations

import re

from vigie.signals.normalisation import without_addresses

_REPEATED = re.compile(r"^\s*RT\s+@[\w.@-]+\s*:?\s*", re.IGNORECASE)
_UNSEEN = re.compile("[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_SENTENCE_END = re.compile(r"[.!?…](?=\s|$)")
_LEAST_PART = 0.4
"""A first sentence shorter than this part of the line says too little alone."""


def summarise(text: str, max_characters: int = 140) -> str:
    """Return one line without links, cut at a sentence or word, never longer than asked.

    Args:
        text: Plain text as it arrived.
        max_characters: Longest result, the ellipsis included; at least 2.

    Raises:
        ValueError: If ``max_characters`` is below 2.
    """
    if max_characters < 2:
        raise ValueError("a summary needs room for 2 characters")
    visible = _UNSEEN.sub(" ", without_addresses(_REPEATED.sub("", text)))
    line = " ".join(visible.split()).strip(" -–—|:")
    if len(line) <= max_characters:
        return line
    ends = [found.end() for found in _SENTENCE_END.finditer(line[:max_characters])]
    if ends and ends[-1] >= _LEAST_PART * max_characters:
        return line[: ends[-1]]
    cut = line[: max_characters - 1]
    if not line[max_characters - 1].isspace() and " " in cut:
        cut = cut[: cut.rindex(" ")]
    return cut.rstrip(" ,;:-–—") + "…"
