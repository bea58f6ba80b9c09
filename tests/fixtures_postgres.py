"""Databases for tests: an SQLite file each, and a private PostgreSQL server where one is installed.

Loaded by ``tests/conftest.py``. ``store`` runs a test on both kinds; without PostgreSQL's programs
its half is skipped, and the reason says so.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from vigie.store.repository import Store

_START_SECONDS = 60


def _program(name: str) -> str | None:
    found = shutil.which(name)
    if found:
        return str(Path(found).resolve())
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(versions[-1]) if versions else None


def _as_server_user(folder: Path) -> list[str]:
    """Return what to put before a command: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("PostgreSQL is not tested: we are root and there is no setpriv")
    names = {user.pw_name: user for user in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def _server(folder: Path) -> Iterator[str]:
    initdb, pg_ctl, postgres = (_program(name) for name in ("initdb", "pg_ctl", "postgres"))
    if initdb is None or pg_ctl is None or postgres is None:
        pytest.skip("PostgreSQL is not tested: initdb, pg_ctl or postgres is not installed here")
    prefix = _as_server_user(folder)
    data, password = folder / "data", secrets.token_hex(8)
    pass_file = folder / "password"
    pass_file.write_text(password)
    pass_file.chmod(0o644)

    def run(*command: str) -> None:
        # Output to a file: the server inherits it and would keep a pipe open.
        with (folder / "output").open("ab") as output:
            done = subprocess.run(
                [*prefix, *command], cwd=folder, stdout=output, stderr=output, check=False
            )
        if done.returncode:
            pytest.skip(f"PostgreSQL is not tested: {(folder / 'output').read_text()[-600:]}")

    run(initdb, "-D", str(data), "-U", "vigie", "-E", "UTF8", "--locale=C",
        "-A", "scram-sha-256", f"--pwfile={pass_file}", "--no-sync")  # fmt: skip
    port = _free_port()
    options = f"-p {port} -h 127.0.0.1 -c unix_socket_directories='' -c fsync=off"
    run(pg_ctl, "-D", str(data), "-w", "-t", str(_START_SECONDS), "-o", options,
        "-l", str(data / "server.log"), "start")  # fmt: skip
    try:
        yield f"postgresql://vigie:{password}@127.0.0.1:{port}"
    finally:
        run(pg_ctl, "-D", str(data), "-m", "immediate", "-w", "stop")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Address of a private PostgreSQL server, without a database's name; skips where none is."""
    with tempfile.TemporaryDirectory(prefix="vigie-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with _server(folder) as address:
            yield address


def _create_database(address: str, template: str = "template1") -> str:
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # type: ignore[arg-type]
    return name


@pytest.fixture(scope="session")
def _migrated_postgres(postgres_server: str) -> tuple[str, str]:
    name = _create_database(postgres_server)
    Store.open(f"{postgres_server}/{name}").close()
    return postgres_server, name


@pytest.fixture(scope="session")
def _migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "vigie.db"
    Store.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of a database that nobody has opened yet, of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    address = request.getfixturevalue("postgres_server")
    return f"{address}/{_create_database(address)}"


@pytest.fixture(params=["sqlite", "postgresql"])
def make_database(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Makes a fresh database with the newest schema at each call and returns its address."""
    if request.param == "sqlite":
        template = request.getfixturevalue("_migrated_sqlite")

        def make_file() -> str:
            path = tmp_path / f"{secrets.token_hex(6)}.db"
            shutil.copy(template, path)
            return f"sqlite:///{path}"

        return make_file
    address, name = request.getfixturevalue("_migrated_postgres")
    return lambda: f"{address}/{_create_database(address, name)}"


@pytest.fixture
def database_url(make_database: Callable[[], str]) -> str:
    """Address of a fresh database with the newest schema, of either kind."""
    return make_database()


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An opened, empty store, of either kind."""
    with Store.open(database_url) as opened:
        yield opened
