"""Leads what the house holds back to the injects it came from.

Called by the operations that score. Pure. A row that cannot be led back to an inject is scored as
what it is: something that nobody told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from vigie.exercise.inject_channels import GaugeContent, ReachContent, VigilanceContent
from vigie.exercise.timeline import ShownInject

_ROAD_PARTS = re.compile(r"^([a-z][a-z0-9-]{0,39}?)(?:-1)?(?:#.*)?$")


Hand = Literal["machine", "people"]
_Measured = tuple[str, str, int | None]
"""Source, subject and level; of a gauge's heights, which have none, source and station."""


@dataclass(frozen=True, slots=True)
class TracedPost:
    """What identifies a collected post; ``minute`` of exercise is that of its own time."""

    source_id: str
    native_id: str
    subject: str | None = None
    level: int | None = None
    minute: float | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a row's cell, from the journal.

    Attributes:
        minute: Of exercise.
        hand: Whether the machine did it, or people.
        value: What stood there then; text of times is left out.
    """

    minute: float
    column: str
    value: str
    hand: Hand


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedRow:
    """A row of the main log, led back to injects.

    Attributes:
        seen_minute: Minute of exercise at which it stood in the log.
        inject_ids: Of the posts behind it; empty where all are background.
        fact_ids: Named by players in a row they typed, or of the injects.
        is_by_people: Players typed it.
        values: Column code to what stands there at the end, as text.
        lat, lon: Its point at the end, WGS84 degrees.
    """

    ref: str
    seen_minute: float
    inject_ids: tuple[str, ...] = ()
    is_by_people: bool = False
    values: Mapping[str, str] = field(default_factory=dict)
    lat: float | None = None
    lon: float | None = None
    changes: Sequence[Change] = ()

    def first(
        self, column: str, values: Iterable[str] | None = None, hand: Hand | None = None
    ) -> Change | None:
        """Return the first change of a column (to one of the values, by that hand, where given)."""
        wanted = None if values is None else set(values)
        return next(
            (
                change
                for change in sorted(self.changes, key=lambda one: one.minute)
                if change.column == column
                and (wanted is None or change.value in wanted)
                and (hand is None or change.hand == hand)
            ),
            None,
        )


class Tracer:
    """What the networks showed, ready to be asked for each of many posts.

    Args:
        shown: What the networks showed.
        published: (source id, native id) to short id of what people and newsrooms publish, from
            the material.
    """

    def __init__(
        self, shown: Sequence[ShownInject], published: Mapping[tuple[str, str], str]
    ) -> None:
        self._published = published
        self._names = {one.inject.id for one in shown}
        self._by_source: dict[str | None, dict[str, ShownInject]] = {}
        for one in shown:
            source = getattr(one.inject.content, "source", None)
            self._by_source.setdefault(source, {})[one.inject.id] = one
        self._measured: dict[_Measured, list[ShownInject]] = {}
        for one in shown:
            if (measured := _measured_by(one)) is not None:
                self._measured.setdefault(measured, []).append(one)

    def inject_of(self, post: TracedPost) -> str | None:
        """Return the inject that a post was made from; None for background and real things."""
        if (name := self._published.get((post.source_id, post.native_id))) is not None:
            return name if name in self._names else None
        own = self._by_source.get(post.source_id, {})
        for candidate in _names_in(post.native_id):
            if candidate in own:
                return candidate
        return self._change_of(post)

    def _change_of(self, post: TracedPost) -> str | None:
        """Return the change of level or height that a measurement was read from.

        A level may come twice (orange, red, orange): the last one not after the measurement is
        meant.
        """
        subject = post.subject or ""
        fitting = self._measured.get((post.source_id, subject, post.level), [])
        if not fitting:
            fitting = self._measured.get((post.source_id, subject.rpartition("/")[0], None), [])
        if post.minute is not None:
            fitting = [one for one in fitting if one.minute < post.minute + 1] or fitting[:1]
        return max(fitting, key=lambda one: one.minute).inject.id if fitting else None


def inject_of(
    post: TracedPost, shown: Sequence[ShownInject], published: Mapping[tuple[str, str], str]
) -> str | None:
    """Return the inject that one post was made from; see ``Tracer``, which asks for many."""
    return Tracer(shown, published).inject_of(post)


def _names_in(native_id: str) -> list[str]:
    """Return what could be an inject's id in a native id, most telling first."""
    found = [native_id, native_id.partition("#")[0]]
    if road := _ROAD_PARTS.match(native_id):
        found.append(road[1])
    found += native_id.split(",")
    letter = re.search(r"<?([a-z][a-z0-9-]*)@correspondant\.example", native_id)
    if letter:
        found.append(letter[1])
    return found


def _measured_by(one: ShownInject) -> _Measured | None:
    """Return by what the measurements of a shown change are known; None where it is none."""
    content = one.inject.content
    if isinstance(content, ReachContent):
        return content.source, content.reach, content.level
    if isinstance(content, VigilanceContent):
        subject = f"{content.domain}/{content.phenomenon}/{content.horizon}"
        return content.source, subject, content.level
    if isinstance(content, GaugeContent):
        return content.source, content.station, None
    return None
