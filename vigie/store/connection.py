"""Transactions: one for each call of the store, whole or not at all, faults told to people.

The parts of ``repository.Store`` derive from ``Connected``. Must not know any table but the
activations', whose row is the lock of everything that belongs to one activation.
"""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Callable, Iterator

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from vigie.language import say
from vigie.problem import BusyError, Problem, UnknownActivationError
from vigie.store.engine import for_reading, for_writing
from vigie.store.tables import ActivationRow

_BUSY_STATES = frozenset({"55P03", "40P01", "40001"})
"""lock_not_available, deadlock_detected, serialization_failure.
Source: https://www.postgresql.org/docs/current/errcodes-appendix.html"""


class StoreError(Problem):
    """The database cannot be read or written (unreachable, full, damaged)."""


class Connected:
    """A part of the store with its engine.

    Args:
        engine: As ``vigie.store.engine.open_engine`` makes it.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._for_reading = for_reading(engine)
        self._for_writing = for_writing(engine)

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Session]:
        with _told_to_people(), Session(self._for_reading, expire_on_commit=False) as session:
            yield session

    @contextlib.contextmanager
    def _writing(self, on_before_commit: Callable[[], None] | None = None) -> Iterator[Session]:
        with _told_to_people(), Session(self._for_writing, expire_on_commit=False) as session:
            yield session
            session.flush()
            if on_before_commit is not None:
                on_before_commit()
            session.commit()


def find_activation(session: Session, activation_id: str) -> ActivationRow:
    """Return an activation's row.

    Raises:
        UnknownActivationError: If there is none of that id.
    """
    row = session.get(ActivationRow, activation_id)
    if row is None:
        raise _unknown(session, activation_id)
    return row


def lock_activation(session: Session, activation_id: str) -> ActivationRow:
    """Return an activation's row, held against every other writer until the transaction's end.

    SQLite needs no row lock: its writing transactions exclude each other.

    Raises:
        UnknownActivationError: If there is none of that id.
    """
    row = session.exec(
        select(ActivationRow)
        .where(ActivationRow.id == activation_id)
        .with_for_update(key_share=True)
    ).one_or_none()
    if row is None:
        raise _unknown(session, activation_id)
    return row


def _unknown(session: Session, activation_id: str) -> UnknownActivationError:
    known = list(session.exec(select(ActivationRow.id).order_by(col(ActivationRow.id))))
    near = difflib.get_close_matches(activation_id, known, n=1)
    cure = say("There is none yet.")
    if near:
        cure = say("Did you mean “{near}”?", near=near[0])
    elif known:
        cure = say("Known: {ids}.", ids=", ".join(known))
    return UnknownActivationError(activation_id, say("There is no activation of this name."), cure)


@contextlib.contextmanager
def _told_to_people() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        cause = error.orig
        if getattr(cause, "sqlstate", None) in _BUSY_STATES or "locked" in str(cause):
            raise BusyError(
                say("database"),
                say("Another process kept it busy for too long."),
                say("Try again; if it lasts, stop what writes to it."),
            ) from error
        raise StoreError(
            say("database"),
            say("It cannot be used: {error}.", error=str(cause).strip().rstrip(".")),
            say("Check that it is reachable and that its disk is not full."),
        ) from error
