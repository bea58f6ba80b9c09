"""What the checks found and what people decided about it. A part of ``repository.Store``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from sqlalchemy import and_
from sqlmodel import Session, col, select

from vigie.language import say
from vigie.problem import UnknownActivationError
from vigie.records.activation import JournalEntry
from vigie.records.finding import Finding, Severity
from vigie.store.bulk import add_missing_rows
from vigie.store.columns import key_hash
from vigie.store.connection import Connected, lock_activation
from vigie.store.journal import write_journal
from vigie.store.tables import FindingRow, PostRow


class Findings(Connected):
    """The sheet of checks, as the store keeps it."""

    def findings(self, activation_id: str) -> list[Finding]:
        """Return all findings by number; ``ref`` is the row that the post has joined by now."""
        query = (
            select(FindingRow, PostRow.ref)
            .join(
                PostRow,
                and_(
                    col(PostRow.activation_id) == col(FindingRow.activation_id),
                    col(PostRow.key_hash) == col(FindingRow.key_hash),
                ),
                isouter=True,
            )
            .where(FindingRow.activation_id == activation_id)
            .order_by(col(FindingRow.id))
        )
        with self._reading() as session:
            return [_finding(row, row.ref or ref) for row, ref in session.exec(query)]

    def decide_finding(
        self, activation_id: str, finding_id: int, decision: str, by: str, entry: JournalEntry
    ) -> None:
        """Keep what a person decided about a finding, and journal it.

        Raises:
            UnknownActivationError: If the activation does not exist or has no such finding.
        """
        with self._writing() as session:
            lock_activation(session, activation_id)
            row = session.get(FindingRow, finding_id)
            if row is None or row.activation_id != activation_id:
                raise UnknownActivationError(
                    activation_id,
                    say("It has no finding number {number}.", number=finding_id),
                    say("Check the number."),
                )
            row.decision = decision
            row.decided_by = by
            session.add(row)
            write_journal(session, activation_id, [entry])


def write_findings(session: Session, activation_id: str, findings: Iterable[Finding]) -> None:
    """Add findings; one that stands already (same check, item, value) is not added again."""
    rows = [
        {
            "activation_id": activation_id,
            "identity": _identity(finding),
            "check": finding.check,
            "severity": finding.severity,
            "message": finding.message,
            "found_at": finding.found_at,
            "source_key": finding.post[0] if finding.post else None,
            "native_id": finding.post[1] if finding.post else None,
            "key_hash": key_hash(*finding.post) if finding.post else None,
            "ref": finding.ref,
            "value": finding.value,
            "decision": finding.decision,
            "decided_by": finding.decided_by,
        }
        for finding in findings
    ]
    add_missing_rows(session, FindingRow, rows)


def _identity(finding: Finding) -> str:
    return key_hash(
        finding.check,
        finding.severity,
        *(finding.post or ("", "")),
        finding.ref or "",
        finding.value,
    )


def _finding(row: FindingRow, ref: str | None) -> Finding:
    is_of_post = row.source_key is not None and row.native_id is not None
    return Finding(
        check=row.check,
        severity=cast(Severity, row.severity),
        message=row.message,
        found_at=row.found_at,
        id=row.id or 0,
        post=(row.source_key or "", row.native_id or "") if is_of_post else None,
        ref=ref,
        value=row.value,
        decision=row.decision,
        decided_by=row.decided_by,
    )
