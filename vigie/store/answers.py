"""Answers that several activations share: who asks, what came, who has taken it.

A part of ``repository.Store``. An answer is kept for minutes at most and thrown away with the next
claim after its end. What an answer is made of is the sources' business: plain values here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete
from sqlmodel import Session, col, select

from vigie.store.bulk import add_missing_rows
from vigie.store.connection import Connected
from vigie.store.tables import SharedAnswerRow


@dataclass(frozen=True, slots=True)
class Claim:
    """What a claim found.

    Attributes:
        outcome: What somebody else was answered; None if there is nothing to take.
        is_ours: The question is ours to ask; with neither, somebody is asking it now.
    """

    outcome: Mapping[str, Any] | None = None
    is_ours: bool = False


class Answers(Connected):
    """One asker at a time for each question; each taker gets an answer once."""

    def claim_answer(
        self, key: str, taker: str, holder: str, now: datetime, seconds: float
    ) -> Claim:
        """Take an answer that is still valid, or the right to ask for it.

        Args:
            key: Names the question; holds no secret.
            taker: An activation: who has had an answer asks anew rather than get it twice.
            holder: Who would ask.
            now: Aware time.
            seconds: How long the right to ask holds; a dead asker blocks nobody for longer.
        """
        with self._writing() as session:
            _forget(session, now)
            new = {
                "key": key,
                "asker": "",
                "asks_until": now,
                "expires_at": now,
                "outcome": {},
                "takers": [],
            }
            add_missing_rows(session, SharedAnswerRow, [new])
            row = session.exec(
                select(SharedAnswerRow).where(SharedAnswerRow.key == key).with_for_update()
            ).one()
            if row.outcome and row.expires_at > now and taker not in row.takers:
                row.takers = [*row.takers, taker]
                session.add(row)
                return Claim(outcome=row.outcome)
            if row.asker and row.asker != holder and row.asks_until > now:
                return Claim()
            row.asker, row.asks_until = holder, now + timedelta(seconds=seconds)
            session.add(row)
            return Claim(is_ours=True)

    def share_answer(
        self,
        key: str,
        taker: str,
        holder: str,
        outcome: Mapping[str, Any] | None,
        expires_at: datetime,
    ) -> None:
        """Give an answer to whoever waits for it and end the right to ask.

        Args:
            key: Names the question.
            taker: Who has it already.
            holder: Who asked; nothing happens if the right has passed to somebody else.
            outcome: What came; None if it is not to be shared.
            expires_at: Aware time until which it may be taken.
        """
        with self._writing() as session:
            row = session.get(SharedAnswerRow, key)
            if row is None or row.asker != holder:
                return
            row.asker, row.outcome = "", dict(outcome or {})
            row.expires_at, row.takers = expires_at, [taker]
            session.add(row)

    def forget_answers(self) -> None:
        """Throw away every shared answer: they hold people's words, and an event has ended."""
        with self._writing() as session:
            session.execute(delete(SharedAnswerRow).where(col(SharedAnswerRow.asker) == ""))


def _forget(session: Session, now: datetime) -> None:
    session.execute(
        delete(SharedAnswerRow)
        .where(
            and_(
                col(SharedAnswerRow.expires_at) <= now,
                col(SharedAnswerRow.asks_until) <= now,
            )
        )
        .execution_options(synchronize_session=False)
    )
