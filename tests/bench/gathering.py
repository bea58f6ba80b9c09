"""Gathering at ten and at a hundred thousand posts: seconds, cost of one more post, peak memory.

Each size in a process of its own, so that neither its caches nor its memory are the other's. The
stream is ``stream.statuses``: half of the posts repeat another one.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.stream import statuses
from vigie.records.post import Post
from vigie.signals.gathering import gather
from vigie.signals.gazetteer import Gazetteer
from vigie.sources.plain_text import from_html

DATA = Path(__file__).resolve().parents[2] / "data"
TARGET_SECONDS = 100.0
GROWTH_TARGET = 1.3
_END_AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
_NAMES_COUNT = 400


def measure(*, is_quick: bool) -> list[Figure]:
    """Return seconds, the ratio of the costs of a post, and peak memory."""
    small, large = (1_000, 5_000) if is_quick else (10_000, 100_000)
    # The costs are compared, so both are measured twice, in turns.
    runs = [(_apart(small), _apart(large)) for _ in range(1 if is_quick else 2)]
    few, many = min(a["seconds"] for a, _ in runs), min(b["seconds"] for _, b in runs)
    last = runs[-1][1]
    return [
        Figure(
            f"{large} posts gathered",
            tuple(b["seconds"] for _, b in runs),
            target=TARGET_SECONDS,
            note=f"one call; {int(last['groups'])} groups; half of the posts repeat another",
        ),
        Figure(
            f"cost of a post at {large} ÷ at {small}",
            ((many / large) / (few / small),),
            unit="×",
            target=GROWTH_TARGET,
        ),
        Figure(f"  {small} posts gathered", tuple(a["seconds"] for a, _ in runs)),
        Figure("  peak memory of the large run", (last["peak_mb"],), unit="MB"),
        Figure("  of that before gathering (posts, gazetteer)", (last["before_mb"],), unit="MB"),
    ]


def _apart(count: int) -> dict[str, float]:
    made = subprocess.run(
        [sys.executable, "-m", "tests.bench.gathering", str(count)],
        check=True,
        capture_output=True,
        text=True,
    )
    return dict(json.loads(made.stdout))


def _posts(count: int, names: list[str]) -> list[Post]:
    made = statuses(count, names, _END_AT)
    posts = []
    for status in made:
        original = status["reblog"]
        posts.append(
            Post(
                source_key="mastodon:https://m.example",
                source_id="m",
                native_id=status["uri"],
                kind="message",
                text=from_html((original or status)["content"]),
                captured_at=_END_AT,
                payload="",
                url=status["url"],
                posted_at=datetime.fromisoformat(status["created_at"]),
                repost_of=original["uri"] if original else None,
            )
        )
    return posts


def main() -> None:
    """Gather as many posts as the argument says; print seconds, groups, peak megabytes."""
    gazetteer = Gazetteer.of_folder(DATA)
    names = [
        gazetteer.commune(code).name for code in sorted(gazetteer._lines)[:: 35_000 // _NAMES_COUNT]
    ]
    posts = _posts(int(sys.argv[1]), names)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    begin = time.process_time()
    made = gather(posts, [], distinguishing=gazetteer.names_in)
    seconds = time.process_time() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    figures = {"seconds": seconds, "groups": len(made.groups), "peak_mb": peak, "before_mb": before}
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
