"""10 000 posts from payload to commit in one sweep, with realistic repeats, split by stage.

Pages are read by the real connector, staged, analysed and committed on SQLite in a house of its
own. Borders between stages come from the sweep's own stage log; ``gather`` and ``describe`` are
timed by wrapping them, which costs some 10 ms in all.
"""

from __future__ import annotations

import cProfile
import os
import pstats
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import wraps
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure
from tests.bench.house import CONVENTION, ROOT, stage_times
from tests.bench.stream import pages, statuses
from vigie.convention.model import Source
from vigie.operations import drafting
from vigie.operations.analysis import analyse
from vigie.operations.describing import Describer
from vigie.operations.opening import Opening, open_activation
from vigie.operations.runtime import Runtime, now_utc
from vigie.records.collected import Collected
from vigie.records.post import Post
from vigie.settings import Settings, house_of
from vigie.sources.contract import Answer, SourceContext
from vigie.sources.registry import connectors
from vigie.store.repository import Store

TARGET_SECONDS = 10.0
PROFILE_VARIABLE = "BENCH_PROFILE"
"""Set to a number of lines: the whole is profiled (and slower) and its heaviest parts printed."""
STAGES = ("parse", "stage", "load staged, find new", "checks", "gather, describe, insert", "commit")


def measure(*, is_quick: bool) -> list[Figure]:
    """Return seconds from payload to commit and the split by stage."""
    count = 2000 if is_quick else 10_000
    wholes, splits, inner, told = [], [], [], ""
    for _ in range(1 if is_quick else 3):
        split, wrapped, told = _one_sweep(count)
        wholes.append(sum(split))
        splits.append(split)
        inner.append(wrapped)
    return [
        Figure(
            f"{count} posts, payload to commit",
            tuple(wholes),
            target=TARGET_SECONDS * count / 10_000,
            note=f"one sweep, SQLite, empty store; {told}",
        ),
        Figure("  processor time of the same", tuple(one["processor"] for one in inner)),
        *(
            Figure(f"  {name}", values)
            for name, values in zip(STAGES, zip(*splits, strict=True), strict=True)
        ),
        *(
            Figure(f"    of these: {name}", tuple(one.get(name, 0.0) for one in inner))
            for name in ("gather", "describe", "insert and commit")
        ),
    ]


@contextmanager
def _profiled() -> Iterator[None]:
    """Print the heaviest functions of the block if asked for; measures nothing else honestly."""
    lines = os.environ.get(PROFILE_VARIABLE)
    if not lines:
        yield
        return
    with cProfile.Profile() as profile:
        yield
    pstats.Stats(profile).sort_stats("tottime").print_stats(int(lines))


def _one_sweep(count: int) -> tuple[list[float], dict[str, float], str]:
    with tempfile.TemporaryDirectory(prefix="vigie-bench-") as home:
        settings = Settings(home=Path(home), conventions=ROOT / "conventions")
        house = house_of(settings, "exercise")
        with Store.open(house.database_url) as store:
            runtime = Runtime(house, store)
            runtime.warm_up()
            opening = Opening(
                convention_id=CONVENTION,
                event="mesure",
                by="bench",
                network="http://127.0.0.1:9",
            )
            activation = open_activation(runtime, opening, "activate")
            sources = [item for item in runtime.sources_of(activation) if item.kind == "mastodon"]
            bodies = _bodies(runtime, count, len(sources))
            begun_seconds = time.process_time()
            marks = [time.time()]
            with _timed() as spent, _profiled():
                posts = [_read(source, body) for source, body in zip(sources, bodies, strict=True)]
                marks.append(time.time())
                for source, found in zip(sources, posts, strict=True):
                    store.stage(activation.id, _share(source, found))
                marks.append(time.time())
                result = analyse(runtime, activation.id, "bench")
            spent["processor"] = time.process_time() - begun_seconds
            stages = stage_times(house, activation.id)
            marks += [
                datetime.fromisoformat(stages[name][0][0]).timestamp()
                for name in ("checks", "gathering", "before_commit", "after_commit")
            ]
            told = (
                f"{result.new_post_count} posts, {len(result.new_refs)} rows, "
                f"{result.quarantined_count} quarantined"
            )
    split = [after - before for before, after in pairwise(marks)]
    return split, spent, told


def _bodies(runtime: Runtime, count: int, source_count: int) -> list[list[bytes]]:
    """Return the pages of each source: the stream dealt out in turn, so that both repeat both."""
    communes = _communes()
    made = statuses(count, communes, runtime.clock() - timedelta(minutes=2))
    return [list(pages(made[number::source_count])) for number in range(source_count)]


def _communes() -> list[str]:
    lines = (ROOT / "data" / "communes.csv").read_text(encoding="utf-8").splitlines()[1:]
    return [parts[1] for parts in (line.split(",") for line in lines) if parts[2] == "21"]


def _read(source: Source, bodies: list[bytes]) -> list[Post]:
    connector = connectors()[source.kind]
    context = SourceContext.of(source, {})
    params = connector.Params(**source.queries)
    received_at = now_utc()
    since_at = received_at - timedelta(hours=6)
    request = connector.first(params, {}, context, since_at)[0]
    found: list[Post] = []
    for body in bodies:
        answer = Answer(status=200, headers={}, body=body, url=request.url, received_at=received_at)
        page = connector.read(request, answer, params, context)
        found.extend(page.posts)
    return found


def _share(source: Source, posts: list[Post]) -> Collected:
    now = datetime.now(UTC)
    return Collected(
        sweep_id="bench",
        source_id=source.id,
        source_key=source.key,
        started_at=now,
        finished_at=now,
        state="ok",
        seen_count=len(posts),
        posts=tuple(posts),
    )


@contextmanager
def _timed() -> Iterator[dict[str, float]]:
    """Add up the seconds spent in ``gather`` and ``describe`` while the block runs."""
    spent: dict[str, float] = {}

    def timed(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def run(*arguments: Any, **options: Any) -> Any:
            begin = time.perf_counter()
            try:
                return function(*arguments, **options)
            finally:
                spent[name] = spent.get(name, 0.0) + time.perf_counter() - begin

        return run

    former = drafting.gather, Describer.describe, Store.commit_sweep
    drafting.gather = timed("gather", drafting.gather)
    Describer.describe = timed("describe", Describer.describe)  # type: ignore[method-assign]
    Store.commit_sweep = timed("insert and commit", Store.commit_sweep)  # type: ignore[method-assign]
    try:
        yield spent
    finally:
        drafting.gather, Describer.describe, Store.commit_sweep = former  # type: ignore[method-assign]
