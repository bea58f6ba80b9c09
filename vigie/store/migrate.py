"""Bringing a database to the schema of this version, whoever opens it first.

Called by ``repository.Store.open``. The scripts are in ``migrations/versions``.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from vigie.language import say
from vigie.problem import SettingsError
from vigie.store.engine import for_writing

HEAD = "0006"
"""The newest migration; a test compares it with the scripts."""
SCRIPTS = Path(__file__).parent / "migrations"
_LOCK = 0x76696769655F3031
"""Name of PostgreSQL's advisory lock: the bytes of ``vigie_01``."""


def migrate(engine: Engine) -> None:
    """Run the migrations that the database lacks, in one transaction, one process at a time.

    Killed half-way it leaves the database as it was.

    Raises:
        SettingsError: If the database was written by a newer version.
    """
    with engine.connect() as connection:
        if _revision(connection) == HEAD:
            return
    with for_writing(engine).connect() as connection, connection.begin():
        # SQLite: BEGIN IMMEDIATE already keeps the others waiting.
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:name)"), {"name": _LOCK})
        found = _revision(connection)
        if found != HEAD:
            _upgrade(connection, found)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection, found: str | None) -> None:
    # Imported here: every command opens the store, few migrate it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise SettingsError(
            say("database"),
            say("It was written by a newer version of Vigie (schema {found}).", found=found),
            say("Install that version, or set VIGIE_DATABASE_URL to another database."),
        )
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)
