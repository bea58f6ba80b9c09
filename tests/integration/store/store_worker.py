"""A process of its own that uses the store, for tests of several at once.

Says ``ready`` on its output, waits for a line on its input, does its job and prints JSON.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta

from vigie.records.activation import Activation, JournalEntry
from vigie.records.post import Post
from vigie.records.sweep import Draft, SweepOutcome
from vigie.store.repository import Store

NOW = datetime.fromisoformat("2026-11-21T03:00:00+00:00")


def wait_for_the_start() -> None:
    """Tell that all is imported and wait until everybody may begin."""
    print("ready", flush=True)
    sys.stdin.readline()


def opening(url: str) -> object:
    """Open a database, perhaps the first to do so, and use it."""
    wait_for_the_start()
    with Store.open(url) as store:
        activation = Activation(
            id="",
            convention_id="cote-dor",
            convention_text="",
            convention_hash="",
            kind="real",
            state="active",
            event="Crue",
            door="partner",
            opened_by="Anne",
            created_at=NOW,
        )
        entry = JournalEntry(at=NOW, actor="Anne", subject="activation", action="activate")
        return store.create_activation(activation, entry).id


def outcome(sweep_id: str, count: int) -> SweepOutcome:
    """Return a sweep of some posts with a row each."""
    posts = [
        Post(
            source_key="s",
            source_id="s",
            native_id=f"{sweep_id}-{number}",
            kind="message",
            text=str(number),
            captured_at=NOW,
            payload="",
        )
        for number in range(count)
    ]
    drafts = [Draft(machine={}, leader=None, posts=(("s", post.native_id),)) for post in posts]
    return SweepOutcome(
        sweep_id=sweep_id, committed_at=NOW, posts=tuple(posts), drafts=tuple(drafts)
    )


def committing(url: str, activation_id: str, sweeps: str, names: str) -> object:
    """Commit sweeps of five rows each and return the references."""
    with Store.open(url) as store:
        wait_for_the_start()
        refs: list[str] = []
        for number in range(int(sweeps)):
            refs += store.commit_sweep(activation_id, "CO21", outcome(f"{names}-{number}", 5))
        return refs


def stopping(url: str, activation_id: str) -> object:
    """Hold a transaction open with everything written, until killed."""
    with Store.open(url) as store:
        store.commit_sweep(
            activation_id, "CO21", outcome("killed", 50), on_before_commit=wait_for_the_start
        )
    return None


def spending(url: str, limit: str, window: str, tries: str) -> object:
    """Ask for requests, a tenth of a second of time apart; return when they were granted."""
    with Store.open(url) as store:
        wait_for_the_start()
        times = [NOW + timedelta(seconds=number / 10) for number in range(int(tries))]
        return [
            at.isoformat()
            for at in times
            if store.spend_budget("h", int(limit), int(window), at) is None
        ]


def leasing(url: str, holder: str, seconds: str) -> object:
    """Try to take the one lease some seconds after the start of time."""
    with Store.open(url) as store:
        wait_for_the_start()
        return store.take_lease("source:a", holder, 60, NOW + timedelta(seconds=float(seconds)))


if __name__ == "__main__":
    jobs = [opening, committing, stopping, spending, leasing]
    job = next(job for job in jobs if job.__name__ == sys.argv[1])
    print(json.dumps(job(*sys.argv[2:])), flush=True)
