"""Marks of sources that can only be read from the newest thing backwards. Pure.

Used by the connectors of such sources. A walk goes from the top down to where the last one began.
If it must stop half-way (a failure, a limit), the mark remembers the gap that is left, and the next
walk fills it after its own: nothing is lost, and nothing is read twice for ever.

Ranks are texts that sort as the source's things do (fixed-width numbers, ISO times in one form).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Literal


@dataclass(frozen=True, slots=True)
class Mark:
    """What is known to be read: everything up to ``newest``, but for one gap.

    Attributes:
        newest: Rank of the newest thing read; empty if none was.
        gap_floor: Rank below the gap, itself read; empty at a first walk.
        gap_top: Rank above the gap, itself read; empty if there is no gap.
    """

    newest: str = ""
    gap_floor: str = ""
    gap_top: str = ""

    @classmethod
    def of(cls, text: str) -> Mark:
        """Return the mark that ``text`` made; what is no mark begins anew."""
        parts = text.split("|")
        return cls(*parts) if len(parts) == 3 else cls()

    def text(self) -> str:
        """Return the mark as a cursor keeps it."""
        return "|".join((self.newest, self.gap_floor, self.gap_top))


@dataclass(frozen=True, slots=True)
class Walk:
    """One sweep's way down, between two of its pages.

    Attributes:
        phase: ``new``: from the top to the mark; ``gap``: through what was left earlier.
        floor: Rank at which this phase ends.
        newest: Greatest rank seen in this sweep, or of the mark.
        reached: Smallest rank read in this phase; empty before its first page.
        pages: Pages read in this sweep.
        mark: As the sweep found it.
    """

    phase: Literal["new", "gap"]
    floor: str
    newest: str
    reached: str
    pages: int
    mark: Mark

    @classmethod
    def begin(cls, cursor: str) -> Walk:
        """Return the walk of a sweep whose cursor stands at a mark (empty = first sweep)."""
        mark = Mark.of(cursor)
        return cls("new", mark.newest, mark.newest, "", 0, mark)

    @classmethod
    def of(cls, text: str) -> Walk:
        """Return the walk that ``text`` made."""
        plain = json.loads(text)
        return cls(**{**plain, "mark": Mark(**plain["mark"])})

    def text(self) -> str:
        """Return the walk as a request carries it to the next page."""
        return json.dumps(asdict(self), separators=(",", ":"))

    def after(self, ranks: list[str]) -> Walk:
        """Return the walk after a page that held things of these ranks."""
        return replace(
            self,
            newest=max([self.newest, *ranks]),
            reached=min([rank for rank in (self.reached, *ranks) if rank], default=""),
            pages=self.pages + 1,
        )

    def is_through(self) -> bool:
        """Return whether this phase has come down to where it ends."""
        return bool(self.reached and self.floor) and self.reached <= self.floor

    def next_phase(self) -> Walk | None:
        """Return the walk through the gap that an earlier sweep left, or None if there is none."""
        if self.phase == "gap" or not self.mark.gap_top:
            return None
        return replace(self, phase="gap", floor=self.mark.gap_floor, reached=self.mark.gap_top)

    def mark_here(self) -> Mark:
        """Return the mark if the sweep stopped now, in the middle of this phase."""
        if not self.reached:
            return self.mark
        # A gap that was there before is swallowed by the new one: both are below the same top.
        floor = self.mark.gap_floor if self.mark.gap_top else self.mark.newest
        return Mark(self.newest, floor, self.reached)

    def mark_at_end(self) -> Mark:
        """Return the mark once this phase is through."""
        if self.phase == "new" and self.mark.gap_top:
            return replace(self.mark, newest=self.newest)
        return Mark(self.newest)
