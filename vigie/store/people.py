"""Taking in what people typed into the workbook. A part of ``repository.Store``.

Rule that outranks all others here: nothing typed is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from vigie.records.activation import JournalEntry
from vigie.records.sheet import AddedRow, Conflict, Edit
from vigie.store.bulk import add_rows, take_numbers
from vigie.store.columns import key_hash
from vigie.store.connection import Connected, lock_activation
from vigie.store.journal import write_journal
from vigie.store.numbering import ref_counter, ref_text, row_counter, row_key
from vigie.store.tables import AddedRowRow, ConflictRow, ObservationRow, PeopleRowRow
from vigie.store.updating import read_observations

_LOG = "log"


class People(Connected):
    """The one way by which people's cells come into the store."""

    def apply_edits(
        self,
        activation_id: str,
        prefix: str,
        *,
        edits: Sequence[Edit],
        added: Sequence[tuple[AddedRow, str]],
        conflicts: Sequence[Conflict],
        journal: Sequence[JournalEntry],
        now: datetime,
    ) -> list[str]:
        """Keep what people changed, added and what two hands wrote, in one transaction.

        Args:
            activation_id: Which activation.
            prefix: Of the references that rows added to the main log are given.
            edits: Changed cells; one typed over a machine column changes nothing here, it stands
                among the ``conflicts``.
            added: Rows with a token each, unique per activation: the same token again adds nothing
                and gives the same key.
            conflicts: To be listed for people; their ``id`` is given here.
            journal: Entries for the edits. That a row was added is journalled here, because
                its key is not known before.
            now: Aware time at which the rows were received.

        Returns:
            The keys of ``added``, in order.

        Raises:
            UnknownActivationError: If there is no such activation, or an edit of the main log
                names an observation that it does not hold; then nothing at all is kept.
        """
        with self._writing() as session:
            lock_activation(session, activation_id)
            _edit_log(session, activation_id, edits)
            _edit_sheets(session, activation_id, edits)
            keys = [
                _add(session, activation_id, prefix, row, key_hash(token), now)
                for row, token in added
            ]
            _add_conflicts(session, activation_id, conflicts)
            write_journal(session, activation_id, journal)
        return keys

    def carry_out(
        self,
        activation_id: str,
        *,
        choices: Mapping[int, str],
        edits: Sequence[Edit],
        withdrawn: Mapping[str, bool],
        journal: Sequence[JournalEntry],
    ) -> None:
        """Keep what people chose on Conflits and what follows from it, in one transaction.

        Args:
            activation_id: Which activation.
            choices: Number of a conflict to the choice that is carried out hereby.
            edits: Cells that change.
            withdrawn: ``Réf`` to whether the row is set aside from now on; unknown ones are left.
            journal: Entries for all of it.

        Raises:
            UnknownActivationError: If there is no such activation, or an edit names an observation
                that it does not hold.
        """
        with self._writing() as session:
            lock_activation(session, activation_id)
            _edit_log(session, activation_id, edits)
            _edit_sheets(session, activation_id, edits)
            for number, choice in choices.items():
                session.execute(
                    update(ConflictRow)
                    .where(
                        col(ConflictRow.activation_id) == activation_id,
                        col(ConflictRow.id) == number,
                    )
                    .values(choice=choice)
                )
            for ref, is_out in withdrawn.items():
                session.execute(
                    update(ObservationRow)
                    .where(
                        col(ObservationRow.activation_id) == activation_id,
                        col(ObservationRow.ref) == ref,
                    )
                    .values(is_withdrawn=is_out)
                )
            write_journal(session, activation_id, journal)


def _edit_log(session: Session, activation_id: str, edits: Iterable[Edit]) -> None:
    changes = [edit for edit in edits if edit.sheet == _LOG and not edit.is_typed_over]
    rows = read_observations(session, activation_id, sorted({edit.key for edit in changes}))
    for edit in changes:
        rows[edit.key]["people"][edit.column] = edit.value
    if rows:
        session.execute(
            update(ObservationRow),
            [{"ref": ref, "people": row["people"]} for ref, row in rows.items()],
        )


def _edit_sheets(session: Session, activation_id: str, edits: Iterable[Edit]) -> None:
    changes = [edit for edit in edits if edit.sheet != _LOG and not edit.is_typed_over]
    rows: dict[tuple[str, str], PeopleRowRow] = {}
    for sheet in sorted({edit.sheet for edit in changes}):
        standing = session.exec(
            select(PeopleRowRow)
            .where(PeopleRowRow.activation_id == activation_id, PeopleRowRow.sheet == sheet)
            .order_by(col(PeopleRowRow.id))
        )
        rows.update({(sheet, row.key): row for row in standing})
    for edit in changes:
        row = rows.setdefault(
            (edit.sheet, edit.key),
            PeopleRowRow(
                activation_id=activation_id,
                sheet=edit.sheet,
                key=edit.key,
                values={},
                is_added_by_people=False,
            ),
        )
        # A new dict: the session sees a change only in a new value.
        row.values = {**row.values, edit.column: edit.value}
        session.add(row)


def _add(
    session: Session, activation_id: str, prefix: str, row: AddedRow, token: str, now: datetime
) -> str:
    known = session.get(AddedRowRow, (activation_id, token))
    if known is not None:
        return known.key
    if row.sheet == _LOG:
        number = take_numbers(session, ref_counter(prefix), 1)[0]
        key = ref_text(prefix, number)
        session.add(
            ObservationRow(
                ref=key,
                activation_id=activation_id,
                number=number,
                machine={"received_at": now},
                people=dict(row.values),
                is_added_by_people=True,
                is_withdrawn=False,
            )
        )
    else:
        key = _free_key(session, activation_id, row.sheet)
        session.add(
            PeopleRowRow(
                activation_id=activation_id,
                sheet=row.sheet,
                key=key,
                values=dict(row.values),
                is_added_by_people=True,
            )
        )
    session.add(
        AddedRowRow(activation_id=activation_id, token_hash=token, sheet=row.sheet, key=key)
    )
    actor = str(row.values.get("entered_by") or "people")
    entry = JournalEntry(
        at=now, actor=actor, subject=key, action="create", detail={"sheet": row.sheet}
    )
    write_journal(session, activation_id, [entry])
    return key


def _free_key(session: Session, activation_id: str, sheet: str) -> str:
    """Return the next key of a sheet that no row bears, not even one whose key people typed."""
    taken = set(
        session.exec(
            select(PeopleRowRow.key).where(
                PeopleRowRow.activation_id == activation_id, PeopleRowRow.sheet == sheet
            )
        )
    )
    while True:
        number = take_numbers(session, row_counter(activation_id, sheet), 1)[0]
        key = row_key(sheet, number)
        if key not in taken:
            return key


def _add_conflicts(session: Session, activation_id: str, conflicts: Iterable[Conflict]) -> None:
    rows = [
        {
            "activation_id": activation_id,
            "at": conflict.at,
            "sheet": conflict.sheet,
            "key": conflict.key,
            "column": conflict.column,
            "standing": conflict.standing,
            "other": conflict.other,
            "reason": conflict.reason,
            "revision": conflict.revision,
            "choice": conflict.choice,
        }
        for conflict in conflicts
    ]
    add_rows(session, ConflictRow, rows)
