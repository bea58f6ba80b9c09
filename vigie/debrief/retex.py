"""The whole debrief, put together from what is known. Called by the use case. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from vigie.debrief.facts import FactLine, fact_lines
from vigie.debrief.figures import (
    Bucket,
    DelayLine,
    SourceLine,
    TeamLine,
    buckets,
    counted,
    delay_lines,
    source_lines,
    team_lines,
)
from vigie.debrief.known import Known
from vigie.debrief.observed import Figures, Observed, observed
from vigie.debrief.timeline import Step, steps
from vigie.debrief.wording import Words
from vigie.records.debrief import DebriefEntry

FORM = "vigie-debrief/1"
"""Form of the JSON file. Source: docs/debrief.md."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retex:
    """One run of a debrief. ``known`` is already without names where they may not stand."""

    number: int
    issued_at: datetime
    issued_by: str
    known: Known
    timeline: tuple[Step, ...]
    facts: tuple[FactLine, ...]
    delays: tuple[DelayLine, ...]
    over_time: tuple[Bucket, ...]
    sources: tuple[SourceLine, ...]
    team: tuple[TeamLine, ...]
    observed: tuple[Observed, ...]

    @property
    def activation_id(self) -> str:
        """Whose debrief it is."""
        return self.known.activation.id

    @property
    def is_exercise(self) -> bool:
        """Whether everything must say so."""
        return self.known.activation.kind == "exercise"

    @property
    def hours(self) -> float:
        """Volunteers' hours in all."""
        return round(sum(line.hours or 0.0 for line in self.team), 2)

    @property
    def actions(self) -> tuple[DebriefEntry, ...]:
        """Open ones of earlier debriefs first, then this debrief's own."""
        own = [one for one in self.known.entries if one.kind == "action"]
        return (*self.known.earlier_actions, *own)

    def remarks(self, kind: str) -> tuple[DebriefEntry, ...]:
        """Return what people wrote on the sheet of that kind."""
        return tuple(one for one in self.known.entries if one.kind == kind)


def compose(known: Known, *, number: int, by: str, words: Words) -> Retex:
    """Return the debrief of what is known.

    Args:
        known: Without names where the convention does not allow them.
        number: Of this run.
        by: Who asked for it.
        words: In which it is told.
    """
    facts = fact_lines(known)
    delays = delay_lines(facts)
    sources = source_lines(known)
    team = team_lines(known.people_rows, known.until)
    figures = Figures(known=known, facts=facts, delays=delays, sources=sources, team=team)
    return Retex(
        number=number,
        issued_at=known.now,
        issued_by=by,
        known=known,
        timeline=steps(known, words),
        facts=facts,
        delays=delays,
        over_time=buckets(facts, known.began_at, known.until),
        sources=sources,
        team=team,
        observed=observed(figures, words),
    )


def entry_key(entry: DebriefEntry, activation_id: str) -> str:
    """Return how a line is named in a debrief: an earlier activation's with that one's name."""
    return entry.key if entry.activation_id == activation_id else entry.id


def plain_data(retex: Retex) -> dict[str, Any]:
    """Return everything as plain JSON values; times are ISO 8601, UTC."""
    known = retex.known
    activation = known.activation
    entries = [one for one in known.entries if one.kind != "action"]
    data = {
        "form": FORM,
        "number": retex.number,
        "issued_at": retex.issued_at,
        "issued_by": retex.issued_by,
        "activation": {
            "id": activation.id,
            "kind": activation.kind,
            "state": activation.state,
            "convention": activation.convention_id,
            "convention_name": known.convention_name,
            "parties": known.parties,
            "missions": known.missions,
            "event": activation.event,
            "opened_by": activation.opened_by,
            "opened_at": known.began_at,
            "closed_at": activation.closed_at,
            "until": known.until,
        },
        "summary": known.summary,
        "objectives": known.objectives,
        "names": known.has_names,
        "figures": {
            "rows": sum(not one.is_withdrawn for one in retex.facts),
            "by_urgency": counted(retex.facts, "urgency"),
            "by_status": counted(retex.facts, "status"),
            "by_category": counted(retex.facts, "category"),
            "sweeps": len(known.sweeps),
            "situation_reports": len(known.reports),
            "conflicts": len(known.conflicts),
            "findings": len(known.findings),
            "volunteer_hours": retex.hours,
        },
        "timeline": [asdict(one) for one in retex.timeline],
        "facts": [asdict(one) for one in retex.facts],
        "delays": [asdict(one) for one in retex.delays],
        "over_time": [asdict(one) for one in retex.over_time],
        "sources": [asdict(one) for one in retex.sources],
        "team": [asdict(one) for one in retex.team],
        "observed": [asdict(one) for one in retex.observed],
        "scores": asdict(known.scores) if known.scores else None,
        "remarks": [
            {"key": one.key, "kind": one.kind, "values": dict(one.values)} for one in entries
        ],
        "actions": [
            {"key": entry_key(one, activation.id), "values": dict(one.values)}
            for one in retex.actions
        ],
    }
    plain = _plain(data)
    assert isinstance(plain, dict)
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
