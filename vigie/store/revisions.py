"""The versions of the workbook that the machine wrote. A part of ``repository.Store``."""

from __future__ import annotations

from sqlalchemy import func
from sqlmodel import col, select

from vigie.language import say
from vigie.problem import BusyError
from vigie.records.sheet import WrittenRevision
from vigie.store.connection import Connected, lock_activation
from vigie.store.tables import WorkbookRevisionRow


class Revisions(Connected):
    """The bases of later merges."""

    def last_revision_number(self, activation_id: str) -> int:
        """Return the number of the newest revision, 0 if none was written."""
        query = select(func.max(WorkbookRevisionRow.number)).where(
            WorkbookRevisionRow.activation_id == activation_id
        )
        with self._reading() as session:
            return int(session.exec(query).one() or 0)

    def last_revision(self, activation_id: str) -> WrittenRevision | None:
        """Return the newest revision, None if none was written."""
        query = (
            select(WorkbookRevisionRow)
            .where(WorkbookRevisionRow.activation_id == activation_id)
            .order_by(col(WorkbookRevisionRow.number).desc())
            .limit(1)
        )
        with self._reading() as session:
            row = session.exec(query).first()
        return None if row is None else _revision(row)

    def revision(self, activation_id: str, number: int) -> WrittenRevision | None:
        """Return one revision, None if there is none of that number."""
        with self._reading() as session:
            row = session.get(WorkbookRevisionRow, (activation_id, number))
        return None if row is None else _revision(row)

    def save_revision(self, activation_id: str, revision: WrittenRevision) -> None:
        """Keep a revision; it is never changed afterwards. The same one again changes nothing.

        Raises:
            UnknownActivationError: If there is no such activation.
            BusyError: If another process wrote another revision under this number.
        """
        with self._writing() as session:
            lock_activation(session, activation_id)
            standing = session.get(WorkbookRevisionRow, (activation_id, revision.number))
            if standing is None:
                session.add(_row(activation_id, revision))
            elif standing.fingerprint != revision.fingerprint:
                raise BusyError(
                    activation_id,
                    say(
                        "Another process wrote revision {number} meanwhile.",
                        number=revision.number,
                    ),
                    say("Publish again."),
                )


def _row(activation_id: str, revision: WrittenRevision) -> WorkbookRevisionRow:
    return WorkbookRevisionRow(
        activation_id=activation_id,
        number=revision.number,
        written_at=revision.written_at,
        fingerprint=revision.fingerprint,
        file_name=revision.file_name,
        file_hash=revision.file_hash,
        is_final=revision.is_final,
        cells=revision.cells,
    )


def _revision(row: WorkbookRevisionRow) -> WrittenRevision:
    return WrittenRevision(
        number=row.number,
        written_at=row.written_at,
        fingerprint=row.fingerprint,
        file_name=row.file_name,
        file_hash=row.file_hash,
        is_final=row.is_final,
        cells=row.cells,
    )
