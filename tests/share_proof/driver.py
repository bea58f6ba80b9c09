"""The proof itself: three people and a syncing process that is killed; then the account.

Called by ``python -m tests.share_proof`` and, for ten seconds, by a test.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.share_proof.account import Account, make_account
from tests.share_proof.killing import AFTER, BETWEEN, ELSEWHERE, Syncing
from tests.share_proof.place import COMMAND_SECONDS, ROOT, Place

PEOPLE = ("Lise", "Marc", "Zoé")
_FIRST_POSTS, _MORE_POSTS = 40, 5
_NEWS_SECONDS = 25.0
_LAST_PASSES = 8
_MORE_KILLS = 1.3
_AIMED = 0.7


@dataclass(frozen=True, slots=True)
class Wanted:
    """How long, and what must at least have happened."""

    seconds: float
    edits: int
    kills: int
    between: int


def prove(root: Path, seed: int, wanted: Wanted, tell: Callable[[str], None]) -> list[str]:
    """Run the proof in an empty folder and return what failed.

    Args:
        root: Empty folder of its own.
        seed: Of people's and the driver's dice.
        wanted: Length and least counts.
        tell: Is given the lines of the table.
    """
    place = Place(root, seed)
    place.open(_FIRST_POSTS)
    log = root / "frappes"
    log.mkdir()
    dice = random.Random(seed)
    syncing = Syncing(place, dice)
    ends_at = time.time() + wanted.seconds
    people = [_person(place, log, name, seed, ends_at) for name in PEOPLE]
    syncing.start()
    next_news = time.time() + _NEWS_SECONDS / 2
    # People wait for what they saved to be taken in: no more kills than the proof needs.
    pace_seconds = wanted.seconds / (wanted.kills * _MORE_KILLS)
    next_kill = time.time() + pace_seconds
    while time.time() < ends_at:
        time.sleep(max(0.0, next_kill - time.time()))
        next_kill += pace_seconds
        syncing.kill(is_aimed=dice.random() < _AIMED)
        syncing.start()
        if time.time() > next_news:
            place.news(_MORE_POSTS)
            next_news = time.time() + _NEWS_SECONDS
    for person in people:
        code = person.wait(COMMAND_SECONDS)
        assert code == 0, f"a person's process ended with {code}"
    syncing.stop()
    passes = _last_passes(place)
    account = make_account(place, log)
    _add_counts(account, syncing, wanted, passes)
    _print(account, syncing, tell)
    return [f"{name}: {fault}" for name, found in account.faults.items() for fault in found]


def _person(
    place: Place, log: Path, name: str, seed: int, ends_at: float
) -> subprocess.Popen[bytes]:
    told = {
        "name": name,
        "seed": seed,
        "ends-at": ends_at,
        "workbook": place.workbook,
        "log": log / f"{name}.jsonl",
        "agreement": place.root / "agreement",
        "kept": place.kept_index,
        "database": place.database,
    }
    words = [word for key, value in told.items() for word in (f"--{key}", str(value))]
    command = [sys.executable, "-m", "tests.share_proof.person", *words]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL)


def _last_passes(place: Place) -> int:
    """Sync until nothing is left to write; return how many passes that took."""
    for number in range(1, _LAST_PASSES + 1):
        done = subprocess.run(
            place.command(),
            cwd=ROOT,
            env=place.environment,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=True,
        )
        if done.stdout.startswith("Rien à écrire"):
            return number
    return _LAST_PASSES + 1


def _add_counts(account: Account, syncing: Syncing, wanted: Wanted, passes: int) -> None:
    kills, between = syncing.kills.total(), syncing.kills[BETWEEN]
    account.faults.update(
        {
            f"at least {wanted.edits} keystrokes saved": _least(account.saved, wanted.edits),
            f"at least {wanted.kills} kills": _least(kills, wanted.kills),
            f"at least {wanted.between} of them {BETWEEN}": _least(between, wanted.between),
            "the syncing process never ended by itself": _most(syncing.ended_by_itself, 0),
            "a few passes later nothing is left to write": _most(passes, _LAST_PASSES),
        }
    )


def _least(count: int, wanted: int) -> list[str]:
    return [] if count >= wanted else [f"only {count}"]


def _most(count: int, wanted: int) -> list[str]:
    return [] if count <= wanted else [f"{count}"]


def _print(account: Account, syncing: Syncing, tell: Callable[[str], None]) -> None:
    ways = ", ".join(f"{way} {count}" for way, count in account.ways.items())
    tell(f"keystrokes saved  {account.saved:>6}  in {account.saves} saves ({ways})")
    tell(f"given up unsaved  {account.given_up:>6}")
    for where, count in account.where.most_common():
        tell(f"  {where:<42}{count:>6}")
    tell(f"kill -9           {syncing.kills.total():>6}")
    for where in (BETWEEN, AFTER, ELSEWHERE):
        tell(f"  {where:<50}{syncing.kills[where]:>6}")
    for name, faults in account.faults.items():
        tell(f"{'FAIL' if faults else 'PASS'}  {name}")
        for fault in faults[:10]:
            tell(f"      {fault}")
