"""The journal as people read it: when, who, what, on which row, before → after. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from vigie.debrief.aliases import MACHINE
from vigie.debrief.known import Known
from vigie.debrief.wording import Words
from vigie.records.activation import JournalEntry

_LABELLED = frozenset({"urgency", "status", "category", "decision"})
_DEBRIEF_ACTIONS = frozenset({"debrief_run", "debrief_line", "debrief_edit", "debrief"})
"""What was done about the debrief itself is no part of what it tells."""
_LIFE_STEPS = frozenset(
    {
        "propose",
        "alert",
        "activate",
        "standby",
        "resume",
        "close",
        "cancel",
        "watch",
        "report",
        "open_map",
        "close_map",
        "play_start",
        "play_pause",
        "play_end",
        "alarm",
        "restore",
        "import",
    }
)
_PRESSING = ("life_at_risk", "high")
_KEY_FIELDS = frozenset({"transmitted_at", "acknowledged_at"})
_KEY_STATUSES = frozenset({"confirmed", "refuted"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the timeline, in words.

    Attributes:
        elapsed_minutes: Since the opening.
        is_key: It belongs into the short timeline of the printed report.
    """

    at: datetime
    elapsed_minutes: float
    who: str
    what: str
    subject: str
    field: str
    before: str
    after: str
    detail: str
    is_key: bool


def steps(known: Known, words: Words) -> tuple[Step, ...]:
    """Return the whole journal in words, by time."""
    names = {source.id: source.name for source in known.sources}
    urgent = {
        row.ref: str(row.value("commune") or "")
        for row in known.observations
        if row.value("urgency") == "life_at_risk"
    }
    pressing = {row.ref for row in known.observations if row.value("urgency") in _PRESSING}
    told = (entry for _, entry in known.journal if entry.action not in _DEBRIEF_ACTIONS)
    return tuple(
        replace(step, is_key=_is_key(entry, urgent, pressing))
        for entry in sorted(told, key=lambda one: one.at)
        for step in (_step(entry, known, words, names, urgent),)
    )


def _step(
    entry: JournalEntry,
    known: Known,
    words: Words,
    names: Mapping[str, str],
    urgent: Mapping[str, str],
) -> Step:
    subject = entry.subject.partition(":")[2] if entry.action == "alarm" else entry.subject
    sheet, _, key = subject.partition("/")
    if key:
        shown = f"{words.label('sheet', sheet)} {key}"
    else:
        shown = names.get(subject) or words.label("subject", subject)
    return Step(
        at=entry.at,
        elapsed_minutes=(entry.at - known.began_at).total_seconds() / 60,
        who=_who(entry.actor, words),
        what=words.label("action", entry.action),
        subject=shown,
        field=words.label("column", entry.field) if entry.field else "",
        before=_value(entry.before, entry, words),
        after=_value(entry.after, entry, words) or _born(entry, urgent, words),
        detail=_detail(entry, words),
        is_key=False,
    )


def _born(entry: JournalEntry, urgent: Mapping[str, str], words: Words) -> str:
    """Return what is said of a row at risk of life when it arises: that, and where."""
    if entry.action != "create" or entry.subject not in urgent:
        return ""
    parts = (words.label("urgency", "life_at_risk"), urgent[entry.subject])
    return " · ".join(part for part in parts if part)


def _is_key(entry: JournalEntry, urgent: Mapping[str, str], pressing: set[str]) -> bool:
    if entry.action in _LIFE_STEPS:
        return True
    if entry.field in _KEY_FIELDS:
        return entry.subject in pressing
    if entry.action == "source_state":
        return entry.after not in ("ok", "unchanged", "empty")
    if entry.field == "status":
        return entry.actor != MACHINE and entry.after in _KEY_STATUSES
    return entry.action == "create" and entry.subject in urgent


def _who(actor: str, words: Words) -> str:
    if actor == MACHINE:
        return "Vigie"
    return words.say("a volunteer") if actor in ("people", "workbook") else actor


def _value(text: str, entry: JournalEntry, words: Words) -> str:
    if not text:
        return ""
    if entry.action == "alarm":
        return words.say("it rang") if text == "0" else text
    if entry.field == "state":
        is_source = entry.action == "source_state"
        return words.label("source_state" if is_source else "activation_state", text)
    if entry.field in _LABELLED:
        return words.label(entry.field, text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return words.moment(moment) if moment.tzinfo is not None else text


def _detail(entry: JournalEntry, words: Words) -> str:
    told = [
        f"{words.label('detail', name)} : {words.label(name, text)}"
        for name, text in entry.detail.items()
        if text and name not in ("hash", "event")
    ]
    if entry.channel and not entry.field:
        told.append(words.label("channel", entry.channel))
    return " ; ".join(told)
