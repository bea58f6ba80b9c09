"""Activations, rows and journals for the debrief's tests; times are minutes after the opening."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from vigie.debrief.known import Known
from vigie.debrief.wording import Words
from vigie.language import catalogue
from vigie.records.activation import Activation, JournalEntry
from vigie.records.observation import Observation

START = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
WORDS = Words(catalogue("fr"), ZoneInfo("Europe/Paris"))


def at(minute: float) -> datetime:
    """Return the time of a minute."""
    return START + timedelta(minutes=minute)


def row(ref: str = "CO21-0001", seen: float | None = 0, **values: Any) -> Observation:
    """Return a row of a sweep; ``people`` are people's cells."""
    people = values.pop("people", {})
    known = {
        name: values.pop(name) for name in ("is_added_by_people", "is_withdrawn") if name in values
    }
    machine = {"received_at": at(seen) if seen is not None else None, "urgency": "normal", **values}
    return Observation(ref=ref, machine=machine, people=people, **known)  # fmt: skip


def change(minute: float, subject: str, field: str, after: str, **known: Any) -> JournalEntry:
    """Return a person's change of a cell."""
    return JournalEntry(
        **{
            "at": at(minute),
            "actor": "Anne Martin",
            "subject": subject,
            "action": "edit",
            "field": field,
            "after": after,
            **known,
        }
    )


def known(*entries: JournalEntry, **given: Any) -> Known:
    """Return what is known of an activation of two hours."""
    activation = Activation(
        id="cote-dor-1",
        convention_id="cote-dor",
        convention_text="",
        convention_hash="",
        kind=given.pop("kind", "real"),
        state="closed",
        event="Crue de la Tille",
        door="partner",
        opened_by="Anne Martin",
        caller="Madame Durand",
        created_at=START,
        activated_at=START,
        closed_at=at(120),
    )
    return Known(
        **{
            "activation": activation,
            "convention_name": "Convention d’essai",
            "parties": ("Préfecture", "VISOV"),
            "missions": ("Veille",),
            "cadence_minutes": 60,
            "until": at(120),
            "now": at(150),
            "observations": (),
            "journal": list(enumerate(entries, start=1)),
            "post_sources": {},
            "sources": (),
            "healths": {},
            **given,
        }
    )
