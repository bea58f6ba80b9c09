"""Settings of the installation, from the environment alone, and the houses they describe.

A *house* is everything that one world owns: folder, database, keys, Prefect home. Real activations
and exercises live in two houses that share nothing. Read by the command line, the worker and the
operations; nothing else reads the environment.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from vigie.language import say
from vigie.problem import SettingsError
from vigie.records.activation import Kind


class Settings(BaseSettings):
    """What an operator may set, each with the prefix ``VIGIE_``.

    Attributes:
        home: Folder of everything Vigie writes; default ``./var``.
        database_url: SQLAlchemy URL; default a SQLite file in ``home``.
        exercise_database_url: The same for exercises; never the real one.
        prefect_database_url: Database of Prefect's own server; default SQLite in its home.
        lang: Language of messages to people.
        secret_key: Key of the pseudonyms; default a file made at first start.
        alarm_command: Run by ``vigie status`` and sweeps when an alarm rises.
        conventions: Folder of the convention files.
        request_timeout_seconds: Whole time that one request to a source may take.
        answer_limit_bytes: Largest answer of a source that is read, after decompression.
        look_back_hours: How far back a first sweep reaches.
        publication_minutes: How often people's edits are read back and the workbook refreshed.
        allow_loopback: Real sources on this machine may be asked (development only).
        geocoder_address: Where conventions with ``geocoder: geoplateforme`` ask for addresses.
        webdav_address: Beginning of the WebDAV addresses that are given user and password.
        webdav_user: User name on that server.
        webdav_password: Its (application) password.
        lock_hours: An editor's lock file beside the workbook counts so long.
        kept_versions: How many versions that people saved are kept for each activation.
        worker_limit: Runs at a time in the worker; 2 on SQLite (see the architecture document).
    """

    model_config = SettingsConfigDict(env_prefix="VIGIE_", extra="ignore")

    home: Path = Path("var")
    database_url: str | None = None
    exercise_database_url: str | None = None
    prefect_database_url: SecretStr | None = None
    lang: str = "fr"
    secret_key: SecretStr | None = None
    alarm_command: str | None = None
    conventions: Path = Path("conventions")
    request_timeout_seconds: float = Field(default=20.0, gt=0)
    answer_limit_bytes: int = Field(default=10_000_000, gt=0)
    look_back_hours: float = Field(default=6.0, ge=0)
    publication_minutes: int = Field(default=2, ge=1)
    allow_loopback: bool = False
    geocoder_address: str = "https://data.geopf.fr/geocodage"
    webdav_address: str = ""
    webdav_user: str = ""
    webdav_password: SecretStr | None = None
    lock_hours: float = Field(default=12.0, gt=0)
    kept_versions: int = Field(default=50, ge=1, le=10_000)
    worker_limit: int = Field(default=2, ge=1)


_DATABASE_FILE = "vigie.db"
_POSTGRESQL_PORT = 5432
"""Where an address names none. Source: PostgreSQL, libpq connection strings."""


@dataclass(frozen=True, slots=True)
class House:
    """One world's folder, database and keys.

    Attributes:
        kind: ``real`` or ``exercise``; fixed.
        root: Absolute folder, mode 0700.
    """

    kind: Kind
    root: Path
    database_url: str
    settings: Settings

    @property
    def prefect_home(self) -> Path:
        """Folder of Prefect's own files."""
        return self.root / "prefect"

    @property
    def service_file(self) -> Path:
        """Where the running service says its port and processes."""
        return self.root / "service.json"

    @property
    def logs(self) -> Path:
        """Folder of the service's logs."""
        return self.root / "logs"

    def folder(self, activation_id: str) -> Path:
        """Return an activation's own folder."""
        return self.root / "activations" / activation_id

    def restricted(self, activation_id: str) -> Path:
        """Return the folder that only volunteers and crisis managers may see (mode 0700)."""
        path = self.folder(activation_id) / "restricted"
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        return path

    def secret_key(self) -> bytes:
        """Return the key of the pseudonyms, making it at first use (mode 0600).

        Raises:
            SettingsError: If the key file is empty or cannot be made.
        """
        if self.settings.secret_key is not None and self.kind == "real":
            return self.settings.secret_key.get_secret_value().encode()
        path = self.root / "secret.key"
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return self._read_key(path)
        except OSError as error:
            raise SettingsError(
                str(path),
                say("The key file cannot be made: {error}.", error=error.strerror),
                say("Make the folder writable, or set VIGIE_SECRET_KEY."),
            ) from error
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
        return self._read_key(path)

    def _read_key(self, path: Path) -> bytes:
        key = path.read_bytes().strip()
        if not key:
            raise SettingsError(
                str(path),
                say("The key file is empty."),
                say("Restore it from a backup, or delete it to make new pseudonyms."),
            )
        return key


def house_of(settings: Settings, kind: Kind) -> House:
    """Return the house of real activations or of exercises, its folder made if need be.

    Raises:
        SettingsError: If the folder cannot be made, or both worlds share one database.
    """
    root = settings.home.absolute()
    url = settings.database_url
    exercises_url = settings.exercise_database_url
    if _database_place(url, root) == _database_place(exercises_url, root / "exercise"):
        raise SettingsError(
            "VIGIE_EXERCISE_DATABASE_URL",
            say("Exercises and real activations must not share a database."),
            say("Give exercises a database of their own, or none to use a file."),
        )
    if kind == "exercise":
        root = root / "exercise"
        url = exercises_url
    try:
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise SettingsError(
            str(root),
            say("The folder cannot be made: {error}.", error=error.strerror),
            say("Set VIGIE_HOME to a folder that you may write in."),
        ) from error
    return House(kind, root, url or f"sqlite:///{root / _DATABASE_FILE}", settings)


def _database_place(url: str | None, folder: Path) -> tuple[str, ...]:
    """Return where a database lies, whatever words, user or links its address is written with.

    Args:
        url: As the operator wrote it; None takes the file of the house.
        folder: Of the house.
    """
    if url is None:
        return ("sqlite", str((folder / _DATABASE_FILE).resolve()))
    head, _, rest = url.partition("://")
    if head.startswith("sqlite"):
        return ("sqlite", str(Path(unquote(rest.partition("?")[0])[1:]).resolve()))
    try:
        parts = urlsplit(f"//{rest}")
        port = parts.port or _POSTGRESQL_PORT
    except ValueError:
        return (url,)
    # A schema of its own, named in the query, is another place.
    return ("server", parts.hostname or "", str(port), unquote(parts.path), parts.query)


def kind_of(activation_id: str) -> Kind:
    """Return the kind that an activation's id tells: exercises begin with ``ex-``."""
    return "exercise" if activation_id.startswith("ex-") else "real"
