"""Activations, their journal and their retention clock. A part of ``repository.Store``."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlmodel import Session, col, select

from vigie.language import say
from vigie.problem import BusyError, TransitionError
from vigie.records.activation import Activation, Door, JournalEntry, Kind, State
from vigie.store.bulk import take_numbers
from vigie.store.connection import Connected, find_activation, lock_activation
from vigie.store.journal import read_journal, without_known, write_journal
from vigie.store.tables import ActivationRow

_FIXED_AT_BIRTH = frozenset(
    {"id", "convention_id", "convention_text", "convention_hash", "kind", "created_at"}
)
_FIELDS = tuple(field.name for field in dataclasses.fields(Activation))


class ChangedMeanwhileError(BusyError):
    """What a caller decided upon is another by now; look again and decide again."""


class Activations(Connected):
    """What is known of each activation, and every change of it."""

    def create_activation(self, activation: Activation, entry: JournalEntry) -> Activation:
        """Keep a new activation and its first journal entry.

        Args:
            activation: With ``id`` ``""`` it is named ``<convention>-<n>``, an exercise
                ``ex-<convention>-<n>``; n counts per convention and kind and is never reused.
            entry: Who opened it.

        Returns:
            The activation as it was kept, with its id.

        Raises:
            TransitionError: If an activation of the given id exists already.
        """
        with self._writing() as session:
            number = _next_number(session, activation)
            named = dataclasses.replace(activation, id=activation.id or _name(activation, number))
            while session.get(ActivationRow, named.id) is not None:
                if activation.id:
                    raise TransitionError(
                        activation.id, say("An activation of this name exists already.")
                    )
                number = _next_number(session, activation)
                named = dataclasses.replace(activation, id=_name(activation, number))
            session.add(ActivationRow(**_columns(named), number=number))
            session.flush()
            write_journal(session, named.id, [entry])
        return named

    def activation(self, activation_id: str) -> Activation:
        """Return an activation.

        Raises:
            UnknownActivationError: If there is none of that id; the message says what is near.
        """
        with self._reading() as session:
            return _record(find_activation(session, activation_id))

    def activations(self, states: Collection[State] | None = None) -> list[Activation]:
        """Return the activations, newest first; only those in ``states`` if given."""
        query = select(ActivationRow).order_by(
            col(ActivationRow.created_at).desc(), col(ActivationRow.id).desc()
        )
        if states is not None:
            query = query.where(col(ActivationRow.state).in_(list(states)))
        with self._reading() as session:
            return [_record(row) for row in session.exec(query)]

    def change_activation(
        self,
        activation_id: str,
        entries: Sequence[JournalEntry],
        *,
        expected: State,
        unless_changed: Mapping[str, object] | None = None,
        purge_at: datetime | None = None,
        **changes: Any,
    ) -> Activation:
        """Change fields of an activation and journal it, if its state is still ``expected``.

        Args:
            activation_id: Which.
            entries: Appended in the same transaction.
            expected: The state that the caller decided upon.
            unless_changed: Fields of ``Activation`` to the values that the caller decided upon.
            purge_at: Aware time from which its data is due for the purge; None leaves it.
            **changes: Fields of ``Activation`` to new values.

        Raises:
            UnknownActivationError: If there is none of that id.
            TransitionError: If somebody changed its state meanwhile.
            ChangedMeanwhileError: If one of the fields of ``unless_changed`` is another by now.
            ValueError: If a change names no field, or one that is fixed at birth.
        """
        wrong = [name for name in changes if name not in _FIELDS or name in _FIXED_AT_BIRTH]
        if wrong:
            raise ValueError(f"these fields of an activation cannot be changed: {wrong}")
        with self._writing() as session:
            row = lock_activation(session, activation_id)
            if row.state != expected:
                raise TransitionError(
                    activation_id,
                    say(
                        "Somebody changed it meanwhile: its state is now “{state}”.",
                        state=row.state,
                    ),
                    say("Look at its status and decide again."),
                )
            standing = _record(row)
            if any(getattr(standing, name) != was for name, was in (unless_changed or {}).items()):
                raise ChangedMeanwhileError(
                    activation_id, say("Somebody changed it meanwhile."), say("Try again.")
                )
            changed = dataclasses.replace(standing, **changes)
            for name in changes:
                setattr(row, name, _columns(changed)[name])
            if purge_at is not None:
                row.purge_at = purge_at
            session.add(row)
            write_journal(session, activation_id, entries)
        return changed

    def append_journal(self, activation_id: str, entries: Sequence[JournalEntry]) -> None:
        """Append entries to an activation's journal.

        Raises:
            UnknownActivationError: If there is none of that id.
        """
        with self._writing() as session:
            lock_activation(session, activation_id)
            write_journal(session, activation_id, entries)

    def append_journal_once(
        self, activation_id: str, entries: Sequence[JournalEntry], *, most: int
    ) -> None:
        """Append the entries that the journal does not hold yet, whoever wrote them and when.

        Args:
            activation_id: Whose journal.
            entries: Told apart by subject, action, value and detail.
            most: Lines of their actions on one subject that the journal takes at most.

        Raises:
            UnknownActivationError: If there is none of that id.
        """
        with self._writing() as session:
            lock_activation(session, activation_id)
            new = without_known(session, activation_id, entries, most)
            write_journal(session, activation_id, new)

    def journal(self, activation_id: str) -> list[tuple[int, JournalEntry]]:
        """Return (number, entry) in the order in which they were written."""
        with self._reading() as session:
            return read_journal(session, activation_id)

    def set_purge_at(self, activation_id: str, at: datetime | None) -> None:
        """Say from when an activation's personal data is due for the purge; None = not yet known.

        Raises:
            UnknownActivationError: If there is none of that id.
        """
        with self._writing() as session:
            row = lock_activation(session, activation_id)
            row.purge_at = at
            session.add(row)

    def purge_at(self, activation_id: str) -> datetime | None:
        """Return from when an activation's data is due for the purge (aware UTC), None if unset.

        Raises:
            UnknownActivationError: If there is none of that id.
        """
        with self._reading() as session:
            return find_activation(session, activation_id).purge_at

    def due_for_purge(self, now: datetime) -> list[Activation]:
        """Return the activations whose retention has ended, longest due first."""
        query = (
            select(ActivationRow)
            .where(col(ActivationRow.purge_at) <= now)
            .order_by(col(ActivationRow.purge_at), col(ActivationRow.id))
        )
        with self._reading() as session:
            return [_record(row) for row in session.exec(query)]


def _next_number(session: Session, activation: Activation) -> int:
    name = f"activation:{activation.kind}:{activation.convention_id}"
    return take_numbers(session, name, 1)[0]


def _name(activation: Activation, number: int) -> str:
    prefix = "ex-" if activation.kind == "exercise" else ""
    return f"{prefix}{activation.convention_id}-{number}"


def _columns(activation: Activation) -> dict[str, Any]:
    return {name: getattr(activation, name) for name in _FIELDS}


def _record(row: ActivationRow) -> Activation:
    return Activation(
        id=row.id,
        convention_id=row.convention_id,
        convention_text=row.convention_text,
        convention_hash=row.convention_hash,
        kind=cast(Kind, row.kind),
        state=cast(State, row.state),
        event=row.event,
        door=cast(Door, row.door),
        opened_by=row.opened_by,
        created_at=row.created_at,
        activated_at=row.activated_at,
        closed_at=row.closed_at,
        channel=row.channel,
        caller=row.caller,
        network=row.network,
        communes=tuple(row.communes),
        hashtags=tuple(row.hashtags),
        feeds=tuple(row.feeds),
    )
