"""Public maps: open or closed, by whom; and which rows an authority itself speaks in.

A part of ``repository.Store``. Opening and closing stand in the journal in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_
from sqlmodel import col, select

from vigie.records.activation import JournalEntry
from vigie.store.connection import Connected, lock_activation
from vigie.store.journal import write_journal
from vigie.store.tables import MapRow, ObservationRow, PostRow, RevisionRow


@dataclass(frozen=True, slots=True)
class MapState:
    """The last decision on a public map. The time is aware UTC."""

    is_open: bool
    decided_by: str
    decided_at: datetime


class Maps(Connected):
    """What the public side of an activation needs to know."""

    def map_state(self, activation_id: str) -> MapState | None:
        """Return whether the public map is open; None if it never was."""
        with self._reading() as session:
            row = session.get(MapRow, activation_id)
        return MapState(row.is_open, row.decided_by, row.decided_at) if row else None

    def decide_map(self, activation_id: str, *, is_open: bool, by: str, at: datetime) -> bool:
        """Open or close the public map and journal it; deciding the same again changes nothing.

        Args:
            activation_id: Whose map.
            is_open: The decision.
            by: Name of the person who decides.
            at: Aware time.

        Returns:
            Whether anything changed.

        Raises:
            UnknownActivationError: If there is none of that id.
        """
        with self._writing() as session:
            lock_activation(session, activation_id)
            row = session.get(MapRow, activation_id)
            was_open = row is not None and row.is_open
            if was_open == is_open:
                return False
            if row is None:
                row = MapRow(
                    activation_id=activation_id, is_open=is_open, decided_by=by, decided_at=at
                )
            row.is_open, row.decided_by, row.decided_at = is_open, by, at
            session.add(row)
            entry = JournalEntry(
                at=at,
                actor=by,
                subject="map",
                action="open_map" if is_open else "close_map",
            )
            write_journal(session, activation_id, [entry])
            return True

    def official_alert_refs(
        self, activation_id: str, source_ids: Collection[str]
    ) -> frozenset[str]:
        """Return the rows that began with an alert or a level in force of one of these sources.

        Articles are left out: what an article of a prefecture says was read by the machine out of
        its words; an alert states itself what it is.
        """
        query = (
            select(ObservationRow.ref)
            .join(
                PostRow,
                and_(
                    col(PostRow.activation_id) == col(ObservationRow.activation_id),
                    col(PostRow.key_hash) == col(ObservationRow.leader_hash),
                ),
            )
            .join(
                RevisionRow,
                and_(
                    col(RevisionRow.activation_id) == col(PostRow.activation_id),
                    col(RevisionRow.key_hash) == col(PostRow.key_hash),
                    col(RevisionRow.revision) == col(PostRow.revision),
                ),
            )
            .where(
                ObservationRow.activation_id == activation_id,
                col(RevisionRow.kind).in_(("alert", "measurement")),
                col(RevisionRow.source_id).in_(sorted(source_ids)),
                col(RevisionRow.is_ended).is_(False),
            )
        )
        with self._reading() as session:
            return frozenset(session.exec(query))
