"""Leads what players typed back to what was said aloud, by its words.

Called by the operations that score. Pure. A call has no native id: the row that a player types on
it is known only by the words that both share.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from vigie.exercise.inject_channels import CallContent, MailContent, RequestContent, RoleContent
from vigie.exercise.scenario import Scenario
from vigie.exercise.timeline import ShownInject

_WORD = re.compile(r"[^\W_]{4,}")
_SHARED_WORDS = 0.5
"""A typed row is led back to what was said aloud when it holds half of its longer words, or half of
those of the fact. Ours: measured on the shipped scenarios."""


class SpokenWords:
    """The words of all that was said aloud, looked up by each word.

    Args:
        scenario: With the facts that were told of.
        shown: What was shown, and when; what sweeps can find is left out.
    """

    def __init__(self, scenario: Scenario, shown: Sequence[ShownInject]) -> None:
        summaries = {fact.id: fact.summary for fact in scenario.facts}
        self._told: list[tuple[str, int]] = []
        self._where: dict[str, list[int]] = {}
        for one in shown:
            content = one.inject.content
            fact_id = one.inject.truth.fact
            if one.is_swept or fact_id is None:
                continue
            if isinstance(content, CallContent | RequestContent | RoleContent | MailContent):
                self._note(one.inject.id, content.text)
                self._note(one.inject.id, summaries[fact_id])

    def injects_of(self, text: str) -> tuple[str, ...]:
        """Return the inject whose words, or whose fact's, a typed text shares most; at most one."""
        typed = _words(text)
        shared = Counter(at for word in typed for at in self._where.get(word, ()))
        likeness = [
            (-count / min(len(typed), self._told[at][1]), self._told[at][0])
            for at, count in shared.items()
        ]
        best = min((one for one in likeness if -one[0] >= _SHARED_WORDS), default=None)
        return (best[1],) if best else ()

    def _note(self, inject_id: str, text: str) -> None:
        words = _words(text)
        for word in words:
            self._where.setdefault(word, []).append(len(self._told))
        self._told.append((inject_id, len(words)))


def _words(text: str) -> set[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return set(_WORD.findall("".join(c for c in plain if not unicodedata.combining(c))))
