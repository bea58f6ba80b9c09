"""Cursors, validators, health and staged answers. A part of ``repository.Store``."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any, cast

from sqlmodel import Session, col, select

from vigie.records.collected import Collected, Cursor
from vigie.records.health import Health, SourceState
from vigie.store.bulk import replace_rows
from vigie.store.connection import Connected, find_activation
from vigie.store.staging import from_plain, to_plain
from vigie.store.tables import HealthRow, SourceMarkRow, StagedRow

_HEALTH_FIELDS = tuple(field.name for field in dataclasses.fields(Health))


class Collecting(Connected):
    """What collecting needs to know and leaves behind."""

    def cursor(self, activation_id: str, source_id: str) -> Cursor:
        """Return where a source's collection goes on; empty before its first committed sweep."""
        with self._reading() as session:
            row = session.get(SourceMarkRow, (activation_id, source_id))
            return {} if row is None else cast(Cursor, row.cursor)

    def validators(self, activation_id: str, source_id: str) -> Mapping[str, tuple[str, str]]:
        """Return URL to (ETag, Last-Modified) of a source's last answers; empty if unknown."""
        with self._reading() as session:
            row = session.get(SourceMarkRow, (activation_id, source_id))
            return {} if row is None else {url: tuple(pair) for url, pair in row.validators.items()}

    def healths(self, activation_id: str) -> dict[str, Health]:
        """Return source id to health, of the sources that were asked at least once."""
        query = select(HealthRow).where(HealthRow.activation_id == activation_id)
        with self._reading() as session:
            return {row.source_id: _health(row) for row in session.exec(query)}

    def save_healths(self, activation_id: str, healths: Iterable[Health]) -> None:
        """Replace what is known of the given sources' health.

        Raises:
            UnknownActivationError: If there is no such activation.
        """
        with self._writing() as session:
            find_activation(session, activation_id)
            write_healths(session, activation_id, healths)

    def stage(self, activation_id: str, collected: Collected) -> None:
        """Keep a source's share of a sweep until the sweep is committed.

        It replaces whatever was staged of this source: the cursor has not moved, so an older
        share that no sweep committed is contained in what the source gave now.

        Raises:
            UnknownActivationError: If there is no such activation.
        """
        row = {
            "activation_id": activation_id,
            "source_id": collected.source_id,
            "sweep_id": collected.sweep_id,
            "body": to_plain(collected),
        }
        with self._writing() as session:
            find_activation(session, activation_id)
            replace_rows(session, StagedRow, [row], ("activation_id", "source_id"))

    def staged(self, activation_id: str, sweep_id: str) -> list[Collected]:
        """Return what a sweep staged, by source id."""
        query = (
            select(StagedRow)
            .where(StagedRow.activation_id == activation_id, StagedRow.sweep_id == sweep_id)
            .order_by(col(StagedRow.source_id))
        )
        with self._reading() as session:
            return [from_plain(row.body) for row in session.exec(query)]


def write_healths(session: Session, activation_id: str, healths: Iterable[Health]) -> None:
    """Replace the given sources' health in the caller's transaction."""
    rows = [
        {"activation_id": activation_id, **{name: getattr(health, name) for name in _HEALTH_FIELDS}}
        for health in healths
    ]
    replace_rows(session, HealthRow, rows, ("activation_id", "source_id"))


def write_marks(
    session: Session,
    activation_id: str,
    cursors: Mapping[str, Cursor],
    validators: Mapping[str, Mapping[str, tuple[str, str]]],
) -> None:
    """Replace the given sources' cursors and validators; what is not given stays."""
    for source_id in sorted({*cursors, *validators}):
        row = session.get(SourceMarkRow, (activation_id, source_id)) or SourceMarkRow(
            activation_id=activation_id, source_id=source_id, cursor={}, validators={}
        )
        if source_id in cursors:
            row.cursor = dict(cursors[source_id])
        if source_id in validators:
            row.validators = dict(validators[source_id])
        session.add(row)


def _health(row: HealthRow) -> Health:
    values: dict[str, Any] = {name: getattr(row, name) for name in _HEALTH_FIELDS}
    return Health(**{**values, "state": cast(SourceState, row.state)})
