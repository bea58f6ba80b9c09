"""What may be shown of an address that was closed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.records.barred import origin_of


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("http://agent:secret@example.org:81/chemin?cle=1#x", "http://example.org:81"),
        ("https://example.org/a@b", "https://example.org"),
        ("imaps://[::1]:993/INBOX", "imaps://[::1]:993"),
        ("agent:secret@mandataire:3128", "mandataire:3128"),
        ("//127.0.0.2:80/x", "127.0.0.2:80"),
        ("http://h:99999/", "?"),
        ("http://[::1/", "?"),
        ("chemin/seul?cle=secret", "chemin"),
        ("", "?"),
    ],
)
def test_scheme_host_and_port_are_all_that_is_shown(address: str, shown: str) -> None:
    """Names, passwords, paths and queries never come into the journal."""
    assert origin_of(address) == shown


@given(st.text(max_size=400), st.text(alphabet="abc123", min_size=8))
def test_no_password_survives(address: str, password: str) -> None:
    """Whatever comes in, the outcome is short, printable, and holds no password before an @."""
    shown = origin_of(f"http://agent:{password}@h.example/{address}")
    assert shown == "http://h.example"
    free = origin_of(address)
    assert len(free) <= 300
    assert free.isprintable()
