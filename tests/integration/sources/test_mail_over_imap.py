"""The mailbox over real IMAP: marks, sizes, refusals, faults; nothing is marked as read."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from tests.integration.sources.imap_servers import (
    PASSWORD,
    SMALL_PASSWORD,
    USER,
    deliver,
    dovecot,
    flags,
    has_dovecot,
    letter,
    small_server,
)
from vigie.convention.model import Budget, Source
from vigie.sources import mail
from vigie.sources.collection import collect
from vigie.sources.contract import SourceContext
from vigie.sources.transport import Limits, Transport
from vigie.sources.transport_addresses import AddressPolicy
from vigie.sources.transport_mail import MESSAGE_BYTES, MOST_MESSAGES, _utf7

NOW = datetime.now(UTC)
HANG_SECONDS = 20.0


def look(port, cursor=None, *, scheme="imap", host="127.0.0.1", folder="INBOX", **more):
    """One whole collection of the mailbox."""
    source = Source(
        id="m",
        name="M",
        kind="mail",
        address=f"{scheme}://{host}:{port}",
        queries={"folder": folder},
        cadence_minutes=5,
        silence_minutes=60,
        budget=Budget(requests=10, per_minutes=5),
        secrets={"user": "${env:MAIL_USER}", "password": "${env:MAIL_WORD}"},
    )
    environ = {"MAIL_USER": USER, "MAIL_WORD": more.pop("password", PASSWORD)}
    options = {
        "limits": Limits(total_seconds=60, connect_seconds=10, read_seconds=30),
        "policy": AddressPolicy(kind="exercise"),
        "spend": lambda host, source_id, at: None,
        **more,
    }

    async def run():
        async with Transport(clock=lambda: NOW, **options) as transport:
            return await collect(
                mail,
                source,
                SourceContext.of(source, environ),
                cursor or {},
                {},
                transport,
                sweep_id="s",
                since_at=datetime(2026, 11, 1, tzinfo=UTC) - timedelta(days=300),
                clock=lambda: NOW,
            )

    return asyncio.run(run())


@pytest.fixture(params=["small", "dovecot"])
def box(request) -> Iterator[SimpleNamespace]:
    """A mailbox of our own small server, and one of a real Dovecot where it is installed."""
    if request.param == "small":
        with small_server() as server:
            # A password beyond ASCII needs AUTHENTICATE, which the small server does not know.
            yield SimpleNamespace(
                port=server.port,
                deliver=server.add,
                is_read=lambda: bool(server.seen),
                password=SMALL_PASSWORD,
            )
        return
    if not has_dovecot():
        pytest.skip(
            "Dovecot is not installed here: only the tests' own small IMAP server proves it"
        )
    with dovecot() as port:
        yield SimpleNamespace(
            port=port,
            deliver=lambda raw: deliver(port, raw),
            is_read=lambda: any(b"Seen" in line for line in flags(port)),
            password=PASSWORD,
        )


@pytest.fixture
def small():
    """The small server."""
    with small_server() as server:
        yield server


def test_letters_are_read_once_in_order_and_left_unread(box):
    """What is new comes once; the mark goes on behind it; nothing is marked as read."""
    for number in (1, 2, 3):
        box.deliver(letter(number))
    first = look(box.port, password=box.password)
    assert (first.state, first.detail) == ("ok", "")
    assert [post.native_id for post in first.posts] == [f"<{n}@exemple.fr>" for n in (1, 2, 3)]
    assert first.posts[0].text == "Message 1\n\nL’eau monte"
    assert first.posts[0].author == "r1@exemple.fr"
    again = look(box.port, first.cursor, password=box.password)
    assert (again.state, again.posts, again.cursor) == ("unchanged", (), first.cursor)
    box.deliver(letter(4))
    later = look(box.port, first.cursor, password=box.password)
    assert [post.native_id for post in later.posts] == ["<4@exemple.fr>"]
    assert not box.is_read()


def test_a_full_mailbox_comes_page_by_page(box):
    """More letters than one look takes are all read, and a large one only to its limit."""
    count = MOST_MESSAGES + 5
    for number in range(count - 1):
        box.deliver(letter(number))
    box.deliver(letter(999, size=MESSAGE_BYTES + 100_000))
    share = look(box.port, password=box.password)
    assert (share.state, len(share.posts), share.seen_count) == ("ok", count, count)
    large = next(post for post in share.posts if post.native_id == "<999@exemple.fr>")
    assert len(large.payload) < MESSAGE_BYTES * 1.2


def test_a_wrong_password_and_a_missing_folder_are_told(box, caplog):
    """Refusals are words without the password; nobody is asked twice."""
    caplog.set_level(logging.DEBUG)
    box.deliver(letter(1))
    share = look(box.port, password="wr0ng-s3cret")
    assert share.state == "refused"
    assert "compte ou son mot de passe" in share.detail
    missing = look(box.port, folder="Alertes été", password=box.password)
    assert missing.state == "refused"
    assert "Alertes été" in missing.detail
    told = repr(share) + repr(missing) + caplog.text
    assert "wr0ng-s3cret" not in told
    assert box.password not in told


def test_a_mailbox_made_anew_is_read_again(small):
    """Another UIDVALIDITY: the old mark is void, and nothing is missed."""
    small.add(letter(1))
    small.add(letter(2))
    first = look(small.port, password=SMALL_PASSWORD)
    small.validity, small.messages = 2, {1: letter(7)}
    second = look(small.port, first.cursor, password=SMALL_PASSWORD)
    assert [post.native_id for post in second.posts] == ["<7@exemple.fr>"]
    assert second.cursor == {"INBOX": "2/1"}


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ("hang", "unreachable"),
        ("drop", "unreachable"),
        ("huge", "malformed"),
        ("garble", "unreachable"),
    ],
)
def test_faulty_servers_are_survived_in_time(small, fault, state):
    """Whatever a mail server does, the share is a told failure within the total time."""
    small.add(letter(1))
    small.fault = fault
    begin = time.monotonic()
    limits = Limits(total_seconds=1.5, connect_seconds=1, read_seconds=1)
    share = look(small.port, limits=limits, password=SMALL_PASSWORD)
    assert share.state == state
    assert share.detail
    assert time.monotonic() - begin < HANG_SECONDS


def test_closed_doors_and_spent_budgets(small):
    """A port nobody listens on is an outage; without budget nobody is asked."""
    assert look(1).state == "unreachable"
    free_at = NOW + timedelta(minutes=3)
    share = look(small.port, spend=lambda host, source_id, at: free_at)
    assert (share.state, share.retry_at) == ("refused", free_at)
    assert small.logins == 0


def test_an_exercise_reaches_no_real_mailbox():
    """In an exercise a mailbox elsewhere is refused; in the world one on this machine is."""

    async def outside(host, port):
        return ["93.184.216.34"]

    share = look(993, scheme="imaps", host="mail.example.org", resolve=outside)
    assert share.state == "refused"
    assert look(1, policy=AddressPolicy(kind="real")).state == "refused"


@pytest.mark.parametrize(
    ("folder", "written"),
    [
        ("INBOX", "INBOX"),
        ("Alertes été", "Alertes &AOk-t&AOk-"),
        ("A&B", "A&-B"),
        ("台北", "&U,BTFw-"),
    ],
)
def test_folder_names_as_servers_write_them(folder, written):
    """Modified UTF-7. Source: RFC 3501 §5.1.3, whose own example is the last one."""
    assert _utf7(folder) == written
