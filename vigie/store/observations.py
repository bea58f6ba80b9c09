"""Observations, people's rows and conflicts, for reading. A part of ``repository.Store``."""

from __future__ import annotations

from sqlalchemy import select as select_columns
from sqlmodel import col, select

from vigie.records.observation import Observation
from vigie.records.sheet import Conflict, PeopleRow
from vigie.store.connection import Connected
from vigie.store.tables import ConflictRow, ObservationRow, PeopleRowRow
from vigie.store.updating import unknown_observation


class Observations(Connected):
    """What stands in the workbook besides what the machine can compute."""

    def observations(self, activation_id: str) -> list[Observation]:
        """Return an activation's observations by number."""
        query = (
            # SQLModel's own select takes four columns at most.
            select_columns(
                col(ObservationRow.ref),
                col(ObservationRow.machine),
                col(ObservationRow.people),
                col(ObservationRow.is_added_by_people),
                col(ObservationRow.is_withdrawn),
            )
            .where(col(ObservationRow.activation_id) == activation_id)
            .order_by(col(ObservationRow.number))
        )
        with self._reading() as session:
            return [
                Observation(
                    ref=ref,
                    machine=machine,
                    people=people,
                    is_added_by_people=is_added,
                    is_withdrawn=is_withdrawn,
                )
                for ref, machine, people, is_added, is_withdrawn in session.execute(query)
            ]

    def observation(self, activation_id: str, ref: str) -> Observation:
        """Return one observation.

        Raises:
            UnknownActivationError: If the activation holds none of that ref.
        """
        with self._reading() as session:
            row = session.get(ObservationRow, ref)
        if row is None or row.activation_id != activation_id:
            raise unknown_observation(activation_id, ref)
        return Observation(
            ref=row.ref,
            machine=row.machine,
            people=row.people,
            is_added_by_people=row.is_added_by_people,
            is_withdrawn=row.is_withdrawn,
        )

    def people_rows(self, activation_id: str) -> list[PeopleRow]:
        """Return people's cells outside the main log, in the order in which they came."""
        query = (
            select(PeopleRowRow)
            .where(PeopleRowRow.activation_id == activation_id)
            .order_by(col(PeopleRowRow.id))
        )
        with self._reading() as session:
            return [
                PeopleRow(
                    sheet=row.sheet,
                    key=row.key,
                    values=row.values,
                    is_added_by_people=row.is_added_by_people,
                )
                for row in session.exec(query)
            ]

    def conflicts(self, activation_id: str) -> list[Conflict]:
        """Return the conflicts by number."""
        query = (
            select(ConflictRow)
            .where(ConflictRow.activation_id == activation_id)
            .order_by(col(ConflictRow.id))
        )
        with self._reading() as session:
            return [
                Conflict(
                    id=row.id or 0,
                    at=row.at,
                    sheet=row.sheet,
                    key=row.key,
                    column=row.column,
                    standing=row.standing,
                    other=row.other,
                    reason=row.reason,
                    revision=row.revision,
                    choice=row.choice,
                )
                for row in session.exec(query)
            ]
