"""What an exercise's networks may be, and what the two worlds may not share."""

from __future__ import annotations

from pathlib import Path

import pytest

from vigie.operations.isolation import is_network_address
from vigie.problem import SettingsError
from vigie.settings import Settings, house_of


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("http://127.0.0.1:4100", True),
        ("http://localhost:4100/", True),
        ("http://[::1]:4100", True),
        ("http://[0:0::1]:4100", True),
        ("http://127.0.0.1", False),
        ("https://127.0.0.1:4100", False),
        ("http://127.0.0.2:4100", False),
        ("http://127.1:4100", False),
        ("http://2130706433:4100", False),
        ("http://[::ffff:127.0.0.1]:4100", False),
        ("http://127.0.0.1:4100@example.org:80", False),
        ("http://127.0.0.1:4100/chemin", False),
        ("http://127.0.0.1:4100?x", False),
        ("http://127.0.0.1:0", False),
        ("http://127.0.0.1:99999", False),
        ("http://0.0.0.0:4100", False),
        ("http://localhost.example.org:4100", False),
        ("127.0.0.1:4100", False),
        ("", False),
    ],
)
def test_networks_lie_on_this_machine(address: str, is_one: bool) -> None:
    """Plain HTTP on 127.0.0.1, ::1 or localhost with a port and nothing else; no other dress."""
    assert is_network_address(address) == is_one


@pytest.mark.parametrize(
    ("real", "played"),
    [
        (None, "sqlite:///{home}/vigie.db"),
        (None, "sqlite:///{home}/exercise/../vigie.db"),
        (None, "sqlite+pysqlite:///{home}/lien.db"),
        ("sqlite:///{home}/exercise/vigie.db", None),
        ("postgresql://a:x@Base.example/vigie", "postgresql+psycopg://b:y@base.example:5432/vigie"),
        ("postgresql://base.example/vigie", "postgres://base.example/vigie"),
    ],
)
@pytest.mark.parametrize("kind", ["real", "exercise"])
def test_two_worlds_never_share_a_database(
    tmp_path: Path, real: str | None, played: str | None, kind: str
) -> None:
    """However its address is written, one database is refused for both; no password is shown."""
    (tmp_path / "lien.db").symlink_to(tmp_path / "vigie.db")
    one, other = (url and url.format(home=tmp_path) for url in (real, played))
    settings = Settings(home=tmp_path, database_url=one, exercise_database_url=other)
    with pytest.raises(SettingsError) as raised:
        house_of(settings, kind)  # type: ignore[arg-type]
    assert "x@" not in str(raised.value)


def test_databases_of_their_own_are_taken(tmp_path: Path) -> None:
    """Two databases of one server, or a schema of its own, are two places."""
    for real, played in (
        (None, None),
        ("postgresql://base.example/vigie", "postgresql://base.example/exercices"),
        ("postgresql://base.example/v", "postgresql://base.example/v?options=-csearch_path%3Dex"),
        ("sqlite:///a.db", "sqlite:///b.db"),
    ):
        settings = Settings(home=tmp_path, database_url=real, exercise_database_url=played)
        urls = {house_of(settings, kind).database_url for kind in ("real", "exercise")}
        assert len(urls) == 2
