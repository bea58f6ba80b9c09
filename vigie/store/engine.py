"""Opening a database, SQLite in a file or PostgreSQL, so that several processes can share it.

Called by ``repository.Store.open``. Must not know any table.
"""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from vigie.language import say
from vigie.problem import SettingsError

WAIT_SECONDS = 30
"""How long a statement waits for another process's lock before it gives up."""
_IDLE_SECONDS = 120
"""PostgreSQL ends a transaction whose client hangs this long, so that it holds no lock for ever."""
_WRITES = "vigie_writes"


def open_engine(database_url: str, *, outlives_power_cut: bool = True) -> Engine:
    """Return an engine on an SQLite file or a PostgreSQL database.

    Args:
        database_url: ``sqlite:///file`` or ``postgresql://…`` (psycopg 3 is used for the latter).
        outlives_power_cut: On SQLite, whether each transaction waits for the disk; PostgreSQL's
            own setting stands.

    Raises:
        SettingsError: If the address is not one of these, or its folder cannot be made.
    """
    try:
        url = make_url(database_url)
    except (ArgumentError, ValueError) as error:
        raise _refused(say("This is not the address of a database.")) from error
    backend = url.get_backend_name()
    if backend == "sqlite":
        return _open_sqlite(url, outlives_power_cut=outlives_power_cut)
    if backend in {"postgresql", "postgres"}:
        return _open_postgresql(url.set(drivername="postgresql+psycopg"))
    raise _refused(say("The database “{kind}” is not supported.", kind=backend))


def for_writing(engine: Engine) -> Engine:
    """Return the engine whose transactions take the write lock at once.

    On SQLite a transaction that begins by reading and then writes fails at once when another
    process wrote meanwhile (SQLITE_BUSY_SNAPSHOT, no waiting); BEGIN IMMEDIATE waits instead.
    Source: https://www.sqlite.org/lang_transaction.html
    """
    return engine.execution_options(**{_WRITES: True})


def for_reading(engine: Engine) -> Engine:
    """Return the engine whose transactions see one state of the database from first to last."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ")
    return engine


def _refused(what: str) -> SettingsError:
    # The address may hold a password: it is never repeated.
    return SettingsError(
        "VIGIE_DATABASE_URL",
        what,
        say("Write sqlite:///folder/file.db or postgresql://user@host/database."),
    )


def _open_sqlite(url: URL, *, outlives_power_cut: bool) -> Engine:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise _refused(say("An SQLite database must be a plain file, which processes can share."))
    path = Path(url.database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Authors' names stand in it: nobody else on the machine reads it, nor its -wal and -shm,
        # which SQLite makes with the mode of the file.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise SettingsError(
            str(path),
            say("The database file cannot be made or opened: {error}.", error=error.strerror),
            say("Set VIGIE_HOME to a folder that you may write in."),
        ) from error
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite"),
        connect_args={"timeout": WAIT_SECONDS},
        pool_size=5,
        max_overflow=30,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    if not outlives_power_cut:
        event.listen(engine, "connect", _hurry_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # None: the driver begins no transaction behind our back; _begin_sqlite does.
    # Source: SQLAlchemy, SQLite dialect, "Enabling Non-Legacy SQLite Transactional Modes".
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    _switch_to_wal(connection)


def _hurry_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """Let a transaction count before the disk has it; the file stays whole whatever happens.

    Source: https://www.sqlite.org/pragma.html#pragma_synchronous
    """
    connection.execute("PRAGMA synchronous = NORMAL")


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Let readers and one writer work side by side; kept in the file, so this writes only once.

    The switch needs the file alone and SQLite does not wait for that, whatever the busy timeout.
    Source: https://www.sqlite.org/wal.html
    """
    give_up_at = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > give_up_at:
                raise
            time.sleep(0.02)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _open_postgresql(url: URL) -> Engine:
    engine = create_engine(
        url,
        pool_size=5,
        max_overflow=30,
        pool_pre_ping=True,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_postgresql(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        # UTC, because the driver cannot hold the last hours of year 9999 in a zone east of it.
        cursor.execute("SET TIME ZONE 'UTC'")
        cursor.execute(f"SET lock_timeout = '{WAIT_SECONDS}s'")
        cursor.execute(f"SET idle_in_transaction_session_timeout = '{_IDLE_SECONDS}s'")
    connection.commit()
