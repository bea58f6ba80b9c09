"""Leases and request budgets: what command line, worker and overlapping sweeps agree on.

A part of ``repository.Store``. Both live in the database with an expiry, so that a killed holder
blocks nobody for ever. Time is an argument; processes are taken to agree on it roughly.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete, func, or_, update
from sqlmodel import Session, col, select

from vigie.store.bulk import add_missing_rows, add_rows, dialect_insert, portions
from vigie.store.connection import Connected
from vigie.store.tables import BudgetRow, LeaseRow, SpendingRow

_DISAGREEMENT_SECONDS = 300
"""By how much clocks, or readings of one clock, may differ without a budget being exceeded."""


@dataclass(frozen=True, slots=True)
class Lease:
    """Who holds a name, until when (aware UTC)."""

    name: str
    holder: str
    expires_at: datetime


class Coordination(Connected):
    """One at a time, and not too often."""

    def take_lease(self, name: str, holder: str, seconds: float, now: datetime) -> bool:
        """Take a lease if it is free, expired or already this holder's.

        Args:
            name: What is leased, e.g. ``source:cote-dor-1:vigicrues``.
            holder: Who takes it.
            seconds: How long it holds from ``now``; taking it again prolongs it.
            now: Aware time.

        Returns:
            Whether the holder has it.
        """
        expires_at = now + timedelta(seconds=seconds)
        with self._writing() as session:
            new = {"holder": holder, "expires_at": expires_at}
            is_free = or_(col(LeaseRow.holder) == holder, col(LeaseRow.expires_at) <= now)
            # One statement, so that two takers cannot both find it free.
            statement = dialect_insert(session, LeaseRow).values(name=name, **new)
            result = session.execute(
                statement.on_conflict_do_update(index_elements=["name"], set_=new, where=is_free),
                # Without it SQLAlchemy forgets how many rows an INSERT touched.
                execution_options={"preserve_rowcount": True},
            )
            return _changed(result) == 1

    def renew_lease(self, name: str, holder: str, seconds: float, now: datetime) -> bool:
        """Prolong a lease; False if it is no longer the holder's (expired and taken over)."""
        statement = (
            update(LeaseRow)
            .where(col(LeaseRow.name) == name, col(LeaseRow.holder) == holder)
            .values(expires_at=now + timedelta(seconds=seconds))
        )
        with self._writing() as session:
            return _changed(session.execute(statement)) == 1

    def release_lease(self, name: str, holder: str) -> None:
        """Give a lease back; nothing happens if it is not the holder's."""
        statement = delete(LeaseRow).where(
            col(LeaseRow.name) == name, col(LeaseRow.holder) == holder
        )
        with self._writing() as session:
            session.execute(statement)

    def leases(self) -> list[Lease]:
        """Return all leases that were not given back, expired ones too, by name."""
        with self._reading() as session:
            rows = session.exec(select(LeaseRow).order_by(col(LeaseRow.name)))
            return [Lease(row.name, row.holder, row.expires_at) for row in rows]

    def release_leases_of(self, holders: Collection[str]) -> int:
        """Give back every lease of these holders and return how many there were."""
        released = 0
        with self._writing() as session:
            for portion in portions(holders):
                statement = delete(LeaseRow).where(col(LeaseRow.holder).in_(portion))
                released += _changed(session.execute(statement))
        return released

    def spend_budget(
        self, host: str, requests: int, per_seconds: int, now: datetime
    ) -> datetime | None:
        """Ask whether one more request to a host is within the budget, and count it if so.

        In any half-open span of ``per_seconds`` at most ``requests`` are granted, over all
        activations, processes and threads. Callers with other limits on the same host share the
        count; each is judged by its own limit.

        Returns:
            None if the request is granted and counted, else the earliest aware UTC time at which
            one will be free (if nobody else takes it).
        """
        with self._writing() as session:
            widest_seconds = _hold_host(session, host, per_seconds)
            spent = col(SpendingRow.spent_at)
            own = col(SpendingRow.host) == host
            # The request that must have left the window before another may enter it.
            window = spent > now - timedelta(seconds=per_seconds)
            span = timedelta(seconds=2 * widest_seconds + _DISAGREEMENT_SECONDS)
            earliest, latest = session.execute(
                select(func.min(spent), func.max(spent)).where(own)
            ).one()
            if latest is not None and (latest > now + span or earliest <= now - 2 * span):
                latest = _forget_useless(session, host, now, span)
            hindering: datetime | None = session.execute(
                select(spent)
                .where(own, window)
                .order_by(spent.desc())
                .offset(requests - 1)
                .limit(1)
            ).scalar()
            if hindering is not None:
                return hindering + timedelta(seconds=per_seconds)
            # A caller may have waited for the lock since it read its clock: its request goes out
            # no earlier than the last one that was granted meanwhile.
            add_rows(session, SpendingRow, [{"host": host, "spent_at": max(now, latest or now)}])
        return None


def _hold_host(session: Session, host: str, per_seconds: int) -> int:
    """Lock a host's count; return the widest window, in seconds, that anybody judges it by."""
    row = session.get(BudgetRow, host, with_for_update=True)
    if row is None:
        add_missing_rows(session, BudgetRow, [{"host": host, "widest_seconds": per_seconds}])
        row = session.get_one(BudgetRow, host, with_for_update=True)
    if row.widest_seconds < per_seconds:
        row.widest_seconds = per_seconds
        session.add(row)
    return row.widest_seconds


def _forget_useless(session: Session, host: str, now: datetime, span: timedelta) -> datetime | None:
    """Forget what is no longer of use; return the latest request that is left.

    Clocks (and callers that waited for the lock) may differ by one window and five minutes. What
    lies further ahead was written before a clock was set back; it would block the host as long.
    """
    spent, own = col(SpendingRow.spent_at), col(SpendingRow.host) == host
    session.execute(
        delete(SpendingRow)
        .where(own, or_(spent <= now - span, spent > now + span))
        .execution_options(synchronize_session=False)
    )
    found: datetime | None = session.execute(select(func.max(spent)).where(own)).scalar()
    return found


def _changed(result: object) -> int:
    assert isinstance(result, CursorResult)
    return int(result.rowcount)
