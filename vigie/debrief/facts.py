"""What became of each row: when it was seen, graded, acted upon, acknowledged. Pure.

A delay counts from the moment at which the row stood in the log. What people typed as a time
counts as that time; where they typed words, the moment of typing does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from vigie.debrief.aliases import MACHINE
from vigie.debrief.known import Known
from vigie.records.activation import JournalEntry
from vigie.records.observation import Observation

_GRADING = frozenset({"information_grade", "source_grade", "status", "verified_by"})
"""By changing one of these a person has judged the row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactLine:
    """One row of the main log and its life. Delays in minutes since it was first seen.

    Attributes:
        statuses: The statuses through which it went, as typed, first to last.
        status: What we stand for at the end.
        is_by_people: Typed in by people rather than found by a sweep.
    """

    ref: str
    seen_at: datetime | None
    urgency: str
    category: str
    status: str
    statuses: tuple[str, ...]
    summary: str
    commune: str
    place: str
    sources: tuple[str, ...]
    post_count: int
    grade_minutes: float | None
    action_minutes: float | None
    acknowledgement_minutes: float | None
    recipient: str
    is_by_people: bool
    is_withdrawn: bool
    lacks_proof: bool


def fact_lines(known: Known) -> tuple[FactLine, ...]:
    """Return one line a row, in the order of their references."""
    own: dict[str, list[JournalEntry]] = {}
    for _, entry in known.journal:
        own.setdefault(entry.subject, []).append(entry)
    names = {source.id: source.name for source in known.sources}
    return tuple(_line(row, own.get(row.ref, []), known, names) for row in known.observations)


def _line(
    row: Observation, changes: Sequence[JournalEntry], known: Known, names: Mapping[str, str]
) -> FactLine:
    created = next((one.at for one in changes if one.action == "create"), None)
    received = row.value("received_at")
    # A post that is revised later is received anew; the row has stood there since it was made.
    moments = [at for at in (received, created) if isinstance(at, datetime)]
    seen = min(moments, default=None)
    posts = known.post_sources.get(row.ref, ())
    sources = tuple(dict.fromkeys(names.get(one, one) for one in posts))
    typed = _text(row, "source")
    graded = next(
        (one.at for one in changes if one.field in _GRADING and one.actor != MACHINE and one.after),
        None,
    )
    asked = _set_at(row, "requested_action", changes, created)
    sent = _set_at(row, "transmitted_at", changes, created)
    acted = min((moment for moment in (asked, sent) if moment), default=None)
    return FactLine(
        ref=row.ref,
        seen_at=seen,
        urgency=_text(row, "urgency") or "normal",
        category=_text(row, "category"),
        status=row.effective_status(),
        statuses=_statuses(row, changes),
        summary=_text(row, "summary"),
        commune=_text(row, "commune"),
        place=_text(row, "place"),
        sources=sources or ((typed,) if typed else ()),
        post_count=len(posts),
        grade_minutes=_minutes(seen, graded),
        action_minutes=_minutes(seen, acted),
        acknowledgement_minutes=_minutes(seen, _set_at(row, "acknowledged_at", changes, created)),
        recipient=_text(row, "recipient"),
        is_by_people=row.is_added_by_people,
        is_withdrawn=row.is_withdrawn,
        lacks_proof=bool(row.status_gaps()),
    )


def _set_at(
    row: Observation, column: str, changes: Sequence[JournalEntry], created: datetime | None
) -> datetime | None:
    """Return when a column was filled: the time that stands there, else when it was typed."""
    value = row.value(column)
    if value is None:
        return None
    if isinstance(value, datetime):
        return value
    typed = next((one.at for one in changes if one.field == column and one.after), None)
    return typed or (created if row.is_added_by_people else None)


def _statuses(row: Observation, changes: Sequence[JournalEntry]) -> tuple[str, ...]:
    steps = [one for one in changes if one.field == "status" and one.action != "typed_over"]
    path = [steps[0].before] if steps else []
    path += [one.after for one in steps]
    path.append(_text(row, "status") or "unverified")
    kept: list[str] = []
    for code in path:
        if code and (not kept or kept[-1] != code):
            kept.append(code)
    return tuple(kept)


def _minutes(start: datetime | None, end: datetime | None) -> float | None:
    if start is None or end is None:
        return None
    return round(max(0.0, (end - start).total_seconds() / 60), 1)


def _text(row: Observation, column: str) -> str:
    value = row.value(column)
    return "" if value is None else " ".join(str(value).split())
