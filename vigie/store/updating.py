"""Laying a sweep's new machine values over known observations. Called by ``sweeps``.

People's values are never touched here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from vigie.language import say
from vigie.problem import UnknownActivationError
from vigie.records.activation import JournalEntry
from vigie.records.observation import GROUP_NOTE, CellValue
from vigie.records.sweep import SweepOutcome
from vigie.store.bulk import portions
from vigie.store.incoming import Incoming
from vigie.store.journal import journal_text
from vigie.store.tables import ObservationRow


def apply_updates(
    session: Session, activation_id: str, outcome: SweepOutcome, incoming: Incoming
) -> list[JournalEntry]:
    """Write new machine values and leaders of known observations.

    Returns:
        A journal entry for each machine value that changed.

    Raises:
        UnknownActivationError: If the activation holds no observation of a named ref.
    """
    refs = [change.ref for change in outcome.updates]
    rows = read_observations(session, activation_id, refs)
    incoming.load({row["leader_hash"] for row in rows.values() if row["leader_hash"]})
    entries: list[JournalEntry] = []
    for change in outcome.updates:
        row = rows[change.ref]
        told = _first_received(row["machine"], change.machine)
        entries += _entries(change.ref, row["machine"], told, outcome.committed_at)
        row["machine"] = {**row["machine"], **told}
        row["leader_hash"] = incoming.leader(change.leader, change.posts, row["leader_hash"])
    if rows:
        session.execute(update(ObservationRow), list(rows.values()))
    return entries


def _first_received(
    before: Mapping[str, CellValue], told: Mapping[str, CellValue]
) -> Mapping[str, CellValue]:
    """Return new values without a later time of receipt.

    A post that is revised is captured anew, but its row has been there since the first capture:
    minutes without acknowledgement count from then.
    """
    first, now = before.get("received_at"), told.get("received_at")
    if isinstance(first, datetime) and isinstance(now, datetime) and first < now:
        return {**told, "received_at": first}
    return told


def read_observations(
    session: Session, activation_id: str, refs: list[str]
) -> dict[str, dict[str, Any]]:
    """Return ref to the changeable columns of its row.

    Raises:
        UnknownActivationError: If the activation holds no observation of a named ref.
    """
    rows: dict[str, dict[str, Any]] = {}
    for portion in portions(refs):
        found = session.exec(
            select(
                ObservationRow.ref,
                ObservationRow.machine,
                ObservationRow.people,
                ObservationRow.leader_hash,
            ).where(
                ObservationRow.activation_id == activation_id,
                col(ObservationRow.ref).in_(portion),
            )
        )
        for ref, machine, people, leader_hash in found:
            rows[ref] = {
                "ref": ref,
                "machine": machine,
                "people": people,
                "leader_hash": leader_hash,
            }
    missing = sorted(set(refs) - set(rows))
    if missing:
        raise unknown_observation(activation_id, missing[0])
    return rows


def unknown_observation(activation_id: str, ref: str) -> UnknownActivationError:
    """Return the fault of naming an observation that the activation does not hold."""
    return UnknownActivationError(
        activation_id, say("It has no observation {ref}.", ref=ref), say("Check the reference.")
    )


def _entries(
    ref: str, before: Mapping[str, CellValue], given: Mapping[str, CellValue], at: datetime
) -> Iterator[JournalEntry]:
    for column, value in given.items():
        if value != before.get(column) and column != GROUP_NOTE:
            yield JournalEntry(
                at=at,
                actor="vigie",
                subject=ref,
                action="update",
                field=column,
                before=journal_text(before.get(column)),
                after=journal_text(value),
            )
