"""Many rows at once: inserting, replacing, looking up in portions, numbering.

Called by the parts of the store inside their transactions. Must not know what the rows mean.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, select

from vigie.store.tables import CounterRow

Item = TypeVar("Item")
Rows = Sequence[Mapping[str, Any]]
PORTION = 500
"""Keys in one IN list; SQLite takes at most 999 parameters before 3.32.
Source: https://www.sqlite.org/limits.html"""


def portions(items: Collection[Item]) -> Iterator[list[Item]]:
    """Yield the items in lists of at most ``PORTION``."""
    stream = iter(items)
    while portion := list(islice(stream, PORTION)):
        yield portion


def add_rows(session: Session, table: type[SQLModel], rows: Rows) -> None:
    """Insert rows, all of the same columns."""
    if rows:
        session.execute(insert(table), rows)


def add_missing_rows(session: Session, table: type[SQLModel], rows: Rows) -> None:
    """Insert those rows that break no uniqueness of the table; the others are left out."""
    if rows:
        session.execute(dialect_insert(session, table).on_conflict_do_nothing(), rows)


def replace_rows(
    session: Session, table: type[SQLModel], rows: Rows, keys: Collection[str]
) -> None:
    """Insert rows; where one of the same ``keys`` stands, its other given columns are replaced."""
    if not rows:
        return
    statement = dialect_insert(session, table)
    given = [name for name in rows[0] if name not in keys]
    session.execute(
        statement.on_conflict_do_update(
            index_elements=list(keys), set_={name: statement.excluded[name] for name in given}
        ),
        rows,
    )


def take_numbers(session: Session, name: str, count: int) -> range:
    """Return the next ``count`` numbers of a counter, which others then wait for.

    The counter moves in the caller's transaction: a rollback leaves no gap, and a number once
    committed is never given again.
    """
    if count == 0:
        return range(0)
    add_missing_rows(session, CounterRow, [{"name": name, "last": 0}])
    row = session.exec(select(CounterRow).where(CounterRow.name == name).with_for_update()).one()
    first = row.last + 1
    row.last += count
    session.add(row)
    return range(first, first + count)


def dialect_insert(session: Session, table: type[SQLModel]) -> Any:
    """Return the database's own INSERT, which knows ON CONFLICT."""
    # The two inserts are alike where we use them, but share no class that knows ON CONFLICT.
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
