"""Opening databases: addresses, schema, faults told to people."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

from tests.unit.store.store_samples import NOW
from vigie.problem import SettingsError
from vigie.store.connection import StoreError
from vigie.store.engine import open_engine
from vigie.store.migrate import HEAD, SCRIPTS
from vigie.store.repository import Store


def test_migrations_give_the_tables_of_the_code(empty_database_url: str) -> None:
    """The migrated schema is the one that the table classes describe, and opening again is fine."""
    Store.open(empty_database_url).close()
    Store.open(empty_database_url).close()
    engine = open_engine(empty_database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def test_head_is_the_newest_script() -> None:
    """The revision that the code asks for is the newest of the scripts, and there is one line."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


@pytest.mark.parametrize(
    "address",
    ["nonsense", "mysql://root:geheim@host/db", "sqlite://", "sqlite:///:memory:", "oracle://x"],
)
def test_wrong_addresses_are_refused_without_their_password(address: str) -> None:
    """An address that cannot be used is refused with the cure, and never repeated."""
    with pytest.raises(SettingsError, match="VIGIE_DATABASE_URL") as caught:
        Store.open(address)
    assert "geheim" not in str(caught.value)
    assert "sqlite:///" in caught.value.cure


def test_unreachable_server_is_told_without_its_password() -> None:
    """A PostgreSQL server that does not answer is told to people, the password is not."""
    with pytest.raises(StoreError) as caught:
        Store.open("postgresql://vigie:geheim@127.0.0.1:1/vigie")
    assert "geheim" not in str(caught.value)


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    """A file of another kind is refused in plain words and left as it is."""
    path = tmp_path / "vigie.db"
    path.write_bytes(b"PK\x03\x04 this is a workbook" * 100)
    with pytest.raises(StoreError):
        Store.open(f"sqlite:///{path}")
    assert path.read_bytes().startswith(b"PK")


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    """A database of a newer version is not touched."""
    address = f"sqlite:///{tmp_path / 'vigie.db'}"
    Store.open(address).close()
    with sqlite3.connect(tmp_path / "vigie.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SettingsError, match="9999"):
        Store.open(address)


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    """The database file and its journals can be read by nobody else; missing folders are made."""
    path = tmp_path / "a" / "b" / "vigie.db"
    with Store.open(f"sqlite:///{path}") as store:
        store.take_lease("a", "b", 1, NOW)
        modes = {file.name: file.stat().st_mode & 0o077 for file in path.parent.iterdir()}
    assert "vigie.db-wal" in modes
    assert set(modes.values()) == {0}
