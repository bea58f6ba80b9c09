"""Debriefs: numbered runs, and what people wrote into them. A part of ``repository.Store``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import func
from sqlmodel import Session, col, select

from vigie.language import say
from vigie.problem import Problem
from vigie.records.activation import JournalEntry
from vigie.records.debrief import (
    KEY_LETTERS,
    DebriefEntry,
    DebriefHead,
    DebriefRun,
    EntryKind,
    EntryValue,
)
from vigie.store.bulk import take_numbers
from vigie.store.connection import Connected, find_activation, lock_activation
from vigie.store.journal import write_journal
from vigie.store.reports import NumberTakenError
from vigie.store.tables import ActivationRow, DebriefEntryRow, DebriefRow, SweepRow


class Debriefs(Connected):
    """What is known after an activation."""

    def debrief_heads(self, activation_id: str) -> list[DebriefHead]:
        """Return the heads of all runs of an activation's debrief, by number."""
        query = (
            select(DebriefRow)
            .where(DebriefRow.activation_id == activation_id)
            .order_by(col(DebriefRow.number))
        )
        with self._reading() as session:
            return [
                DebriefHead(
                    number=row.number,
                    issued_at=row.issued_at,
                    issued_by=row.issued_by,
                    file_stem=row.file_stem,
                )
                for row in session.exec(query)
            ]

    def debrief(self, activation_id: str, number: int) -> DebriefRun:
        """Return one run.

        Raises:
            UnknownActivationError: If there is no such activation.
            Problem: If it has no debrief of this number.
        """
        with self._reading() as session:
            find_activation(session, activation_id)
            row = session.get(DebriefRow, (activation_id, number))
            if row is None:
                raise Problem(
                    activation_id,
                    say("It has no debrief no. {number}.", number=number),
                    say("Make one: vigie debrief {id}", id=activation_id),
                )
            return DebriefRun(
                number=row.number,
                issued_at=row.issued_at,
                issued_by=row.issued_by,
                file_stem=row.file_stem,
                data=row.data,
            )

    def keep_debrief(self, activation_id: str, run: DebriefRun, entry: JournalEntry) -> None:
        """Keep a run and journal it, if its number is the next one.

        Raises:
            UnknownActivationError: If there is no such activation.
            NumberTakenError: If its number is not the next one (any more).
        """
        query = select(func.max(DebriefRow.number)).where(DebriefRow.activation_id == activation_id)
        with self._writing() as session:
            lock_activation(session, activation_id)
            if run.number != int(session.exec(query).one() or 0) + 1:
                raise NumberTakenError(
                    activation_id,
                    say("Debrief no. {number} is not the next one.", number=run.number),
                    say("Try again."),
                )
            session.add(
                DebriefRow(
                    activation_id=activation_id,
                    number=run.number,
                    issued_at=run.issued_at,
                    issued_by=run.issued_by,
                    file_stem=run.file_stem,
                    data=dict(run.data),
                )
            )
            session.flush()
            write_journal(session, activation_id, [entry])

    def debrief_entries(self, activation_id: str) -> list[DebriefEntry]:
        """Return what people wrote into an activation's debrief, in order."""
        with self._reading() as session:
            return _entries(session, [activation_id])

    def earlier_actions(self, activation_id: str) -> list[DebriefEntry]:
        """Return the actions of the convention's activations before this one, ended ones too."""
        with self._reading() as session:
            own = find_activation(session, activation_id)
            earlier = session.exec(
                select(ActivationRow.id)
                .where(
                    ActivationRow.convention_id == own.convention_id,
                    col(ActivationRow.created_at) <= own.created_at,
                    ActivationRow.id != activation_id,
                )
                .order_by(col(ActivationRow.created_at), col(ActivationRow.id))
            ).all()
            return [one for one in _entries(session, earlier) if one.kind == "action"]

    def keep_entries(
        self,
        activation_id: str,
        *,
        changed: Iterable[DebriefEntry],
        added: Sequence[tuple[EntryKind, Mapping[str, EntryValue]]],
        journal: Sequence[JournalEntry],
        by: str,
        now: datetime,
    ) -> list[str]:
        """Keep what people wrote, in one transaction, and return the keys of added lines.

        Args:
            activation_id: In whose debrief they wrote.
            changed: Known lines, also of earlier activations; one without values is taken away.
            added: Kind and values of new lines.
            journal: What is said about the changed ones.
            by: Who read the file in.
            now: Aware UTC.

        Raises:
            UnknownActivationError: If there is no such activation.
        """
        with self._writing() as session:
            lock_activation(session, activation_id)
            for entry in changed:
                row = session.get(DebriefEntryRow, (entry.activation_id, entry.key))
                if row is None:
                    continue
                if entry.values:
                    row.content = dict(entry.values)
                    session.add(row)
                else:
                    session.delete(row)
            keys = [_add(session, activation_id, kind, values) for kind, values in added]
            created = [
                JournalEntry(at=now, actor=by, subject=key, action="debrief_line") for key in keys
            ]
            write_journal(session, activation_id, [*journal, *created])
            return keys

    def sweep_times(self, activation_id: str) -> list[datetime]:
        """Return when the sweeps of an activation were committed, in order."""
        query = (
            select(SweepRow.committed_at)
            .where(SweepRow.activation_id == activation_id)
            .order_by(col(SweepRow.committed_at))
        )
        with self._reading() as session:
            return list(session.exec(query))


def _entries(session: Session, activation_ids: Sequence[str]) -> list[DebriefEntry]:
    found = []
    for activation_id in activation_ids:
        rows = session.exec(
            select(DebriefEntryRow)
            .where(DebriefEntryRow.activation_id == activation_id)
            .order_by(col(DebriefEntryRow.kind), col(DebriefEntryRow.number))
        )
        found += [
            DebriefEntry(
                activation_id=row.activation_id,
                kind=cast(EntryKind, row.kind),
                key=row.key,
                values=row.content,
            )
            for row in rows
        ]
    return found


def _add(
    session: Session, activation_id: str, kind: EntryKind, values: Mapping[str, EntryValue]
) -> str:
    number = take_numbers(session, f"debrief:{activation_id}:{kind}", 1)[0]
    key = f"{KEY_LETTERS[kind]}-{number}"
    session.add(
        DebriefEntryRow(
            activation_id=activation_id, key=key, kind=kind, number=number, content=dict(values)
        )
    )
    return key
