"""Trainers' verdicts beside the computed scores. A part of ``repository.Store``."""

from __future__ import annotations

from typing import cast

from sqlmodel import col, select

from vigie.records.activation import JournalEntry
from vigie.records.overrule import Overrule, RuledVerdict, SubjectKind
from vigie.store.connection import Connected, lock_activation
from vigie.store.journal import write_journal
from vigie.store.tables import OverruleRow


class Overrules(Connected):
    """What trainers decided; each change is journalled in its transaction."""

    def overrules(self, activation_id: str) -> list[Overrule]:
        """Return the verdicts that stand, by kind and subject."""
        query = (
            select(OverruleRow)
            .where(OverruleRow.activation_id == activation_id)
            .order_by(col(OverruleRow.kind), col(OverruleRow.subject))
        )
        with self._reading() as session:
            return [
                Overrule(
                    kind=cast(SubjectKind, row.kind),
                    subject=row.subject,
                    verdict=cast(RuledVerdict, row.verdict),
                    reason=row.reason,
                    by=row.by,
                    decided_at=row.decided_at,
                )
                for row in session.exec(query)
            ]

    def keep_overrule(self, activation_id: str, overrule: Overrule, entry: JournalEntry) -> None:
        """Keep a verdict; one that stood on the same subject goes.

        Raises:
            UnknownActivationError: If there is no such activation.
        """
        with self._writing() as session:
            lock_activation(session, activation_id)
            session.merge(
                OverruleRow(
                    activation_id=activation_id,
                    kind=overrule.kind,
                    subject=overrule.subject,
                    verdict=overrule.verdict,
                    reason=overrule.reason,
                    by=overrule.by,
                    decided_at=overrule.decided_at,
                )
            )
            write_journal(session, activation_id, [entry])

    def withdraw_overrule(
        self, activation_id: str, kind: SubjectKind, subject: str, entry: JournalEntry
    ) -> bool:
        """Take a verdict away; return whether there was one, else nothing is journalled.

        Raises:
            UnknownActivationError: If there is no such activation.
        """
        with self._writing() as session:
            lock_activation(session, activation_id)
            row = session.get(OverruleRow, (activation_id, kind, subject))
            if row is None:
                return False
            session.delete(row)
            write_journal(session, activation_id, [entry])
            return True
