"""Points de situation: numbered without a gap, never changed. A part of ``repository.Store``."""

from __future__ import annotations

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from vigie.language import say
from vigie.problem import BusyError, Problem
from vigie.records.activation import JournalEntry
from vigie.records.report import Report, ReportHead, content_hash
from vigie.store.connection import Connected, StoreError, find_activation, lock_activation
from vigie.store.journal import write_journal
from vigie.store.tables import ReportRow


class NumberTakenError(BusyError):
    """Somebody else issued a report under this number meanwhile; write it anew under the next."""


class Reports(Connected):
    """What was issued."""

    def report_heads(self, activation_id: str) -> list[ReportHead]:
        """Return the heads of all reports of an activation, by number."""
        query = (
            # SQLModel's own select takes four columns at most.
            select_columns(
                col(ReportRow.number),
                col(ReportRow.issued_at),
                col(ReportRow.issued_by),
                col(ReportRow.file_stem),
                col(ReportRow.corrects),
            )
            .where(col(ReportRow.activation_id) == activation_id)
            .order_by(col(ReportRow.number))
        )
        with self._reading() as session:
            return [
                ReportHead(
                    number=number,
                    issued_at=issued_at,
                    issued_by=issued_by,
                    file_stem=file_stem,
                    corrects=corrects,
                )
                for number, issued_at, issued_by, file_stem, corrects in session.execute(query)
            ]

    def report(self, activation_id: str, number: int) -> Report:
        """Return a report as it was issued.

        Raises:
            UnknownActivationError: If there is no such activation.
            Problem: If it has no report of this number.
            StoreError: If what the database holds is not what was issued.
        """
        with self._reading() as session:
            find_activation(session, activation_id)
            row = session.get(ReportRow, (activation_id, number))
            if row is None:
                raise Problem(
                    activation_id,
                    say("It has no situation report no. {number}.", number=number),
                    say("Issued so far: {count}.", count=_last_number(session, activation_id)),
                )
            return _proved(row)

    def last_report(self, activation_id: str) -> Report | None:
        """Return the newest report, None before the first.

        Raises:
            StoreError: If what the database holds is not what was issued.
        """
        query = (
            select(ReportRow)
            .where(ReportRow.activation_id == activation_id)
            .order_by(col(ReportRow.number).desc())
            .limit(1)
        )
        with self._reading() as session:
            row = session.exec(query).first()
            return None if row is None else _proved(row)

    def keep_report(self, activation_id: str, report: Report, entry: JournalEntry) -> None:
        """Keep a report for ever and journal it, if its number is the next one.

        Raises:
            UnknownActivationError: If there is no such activation.
            NumberTakenError: If its number is not the next one (any more).
        """
        with self._writing() as session:
            lock_activation(session, activation_id)
            if report.number != _last_number(session, activation_id) + 1:
                raise NumberTakenError(
                    activation_id,
                    say("Report no. {number} is not the next one.", number=report.number),
                    say("Try again."),
                )
            session.add(_row(activation_id, report))
            session.flush()
            write_journal(session, activation_id, [entry])


def _last_number(session: Session, activation_id: str) -> int:
    query = select(func.max(ReportRow.number)).where(ReportRow.activation_id == activation_id)
    return int(session.exec(query).one() or 0)


def _row(activation_id: str, report: Report) -> ReportRow:
    return ReportRow(
        activation_id=activation_id,
        number=report.number,
        issued_at=report.issued_at,
        issued_by=report.issued_by,
        file_stem=report.file_stem,
        corrects=report.corrects,
        content_hash=report.hash,
        data=dict(report.data),
        text=report.text,
        html=report.html,
    )


def _proved(row: ReportRow) -> Report:
    if content_hash(row.data, row.text, row.html) != row.content_hash:
        raise StoreError(
            row.activation_id,
            say("Its situation report no. {number} is not what was issued.", number=row.number),
            say("Somebody wrote into the database; the files in restricted/ may still be right."),
        )
    return Report(
        number=row.number,
        issued_at=row.issued_at,
        issued_by=row.issued_by,
        file_stem=row.file_stem,
        corrects=row.corrects,
        data=row.data,
        text=row.text,
        html=row.html,
        hash=row.content_hash,
    )
