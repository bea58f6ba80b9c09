"""The plan of sweeps and what is due: no gap, no overlap, one catching-up."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from vigie.activation.plan import due_sources, plan_sweeps, silent_sources, tick_minutes
from vigie.convention.model import Budget, Source
from vigie.records.health import Health

START = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
TOLERANCE_SECONDS = 20.0
CADENCES = st.lists(st.integers(1, 60), min_size=1, max_size=6)


def _source(number: int, cadence_minutes: int) -> Source:
    return Source(
        id=f"s{number}",
        name="Source",
        kind="rss",
        address="https://source.example.invalid/rss.xml",
        cadence_minutes=cadence_minutes,
        silence_minutes=cadence_minutes * 3,
        budget=Budget(requests=1000, per_minutes=60),
    )


def _sources(cadences: list[int]) -> list[Source]:
    return [_source(number, cadence) for number, cadence in enumerate(cadences)]


def _asked(source: Source, at: datetime, **known: datetime | None) -> dict[str, Health]:
    health = Health(
        source_id=source.id, state="ok", since_at=at, last_attempt_at=at, last_answer_at=at
    )
    values = {name: getattr(health, name) for name in Health.__dataclass_fields__} | known
    return {source.id: Health(**values)}


@given(CADENCES, st.integers(1, 72))
def test_the_plan_tiles_the_window(cadences: list[int], hours: int) -> None:
    """Each source's turns start at once, follow at its cadence and cover the window exactly."""
    sources = _sources(cadences)
    sweeps = plan_sweeps(sources, START, hours)
    times = [sweep.at for sweep in sweeps]
    assert times == sorted(set(times))
    assert all(sweep.source_ids for sweep in sweeps)
    end = START + timedelta(hours=hours)
    for source in sources:
        turns = [sweep.at for sweep in sweeps if source.id in sweep.source_ids]
        cadence = timedelta(minutes=source.cadence_minutes)
        assert turns[0] == START
        assert all(later - earlier == cadence for earlier, later in itertools.pairwise(turns))
        assert turns[-1] < end <= turns[-1] + cadence


@given(CADENCES)
def test_every_turn_falls_on_a_tick(cadences: list[int]) -> None:
    """A schedule every ``tick_minutes`` hits every turn of every source."""
    sources = _sources(cadences)
    tick = tick_minutes(sources)
    assert tick >= 1
    for sweep in plan_sweeps(sources, START, 12):
        assert (sweep.at - START) % timedelta(minutes=tick) == timedelta(0)


def test_no_sources_still_tick() -> None:
    """Without sources the tick is a minute, not zero."""
    assert tick_minutes([]) == 1
    assert plan_sweeps([], START, 72) == []


@given(CADENCES, st.lists(st.floats(0, TOLERANCE_SECONDS), min_size=1, max_size=60))
def test_ticks_ask_exactly_what_is_planned(cadences: list[int], delays: list[float]) -> None:
    """Ticks that come a little late ask each source exactly at its cadence, without drift."""
    sources = _sources(cadences)
    tick = tick_minutes(sources)
    healths: dict[str, Health] = {}
    for number, delay in enumerate(delays):
        planned = START + timedelta(minutes=tick * number)
        now = planned + timedelta(seconds=delay)
        due = due_sources(sources, healths, now, TOLERANCE_SECONDS)
        minutes = tick * number
        assert due == [item for item in sources if minutes % item.cadence_minutes == 0]
        for item in due:
            healths |= _asked(item, now)


@given(st.integers(1, 60), st.integers(1, 5000))
def test_a_late_run_catches_up_once(cadence: int, late_minutes: int) -> None:
    """However many turns were missed, a source is asked once, then not before its cadence."""
    source = _source(0, cadence)
    now = START + timedelta(minutes=cadence + late_minutes)
    assert due_sources([source], _asked(source, START), now, TOLERANCE_SECONDS) == [source]
    after = _asked(source, now)
    assert due_sources([source], after, now + timedelta(seconds=1), TOLERANCE_SECONDS) == []


def test_a_source_that_asked_for_peace_is_left_alone() -> None:
    """Until its ``retry_at`` a source is not due, at it it is."""
    source = _source(0, 2)
    retry_at = START + timedelta(minutes=30)
    healths = _asked(source, START, retry_at=retry_at)
    assert due_sources([source], healths, START + timedelta(minutes=29), 20) == []
    assert due_sources([source], healths, retry_at, 20) == [source]


def test_a_clock_set_back_does_not_silence_a_source() -> None:
    """An attempt in the future is no reason to wait for hours."""
    source = _source(0, 2)
    healths = _asked(source, START + timedelta(hours=5))
    assert due_sources([source], healths, START, 20) == [source]


def test_silence_counts_from_answer_or_opening() -> None:
    """A source is silent once its limit has passed since its last good answer or the opening."""
    source = _source(0, 2)
    limit = timedelta(minutes=source.silence_minutes)
    answered = _asked(source, START + timedelta(minutes=1))
    never = _asked(source, START + timedelta(minutes=1), last_answer_at=None)
    for healths, since in ((answered, START + timedelta(minutes=1)), ({}, START), (never, START)):
        assert silent_sources([source], healths, START, since + limit) == []
        later = since + limit + timedelta(seconds=1)
        assert silent_sources([source], healths, START, later) == [source]


def test_an_old_answer_does_not_count_before_the_opening() -> None:
    """After a resumption a source gets its whole limit again."""
    source = _source(0, 2)
    healths = _asked(source, START - timedelta(days=1))
    assert silent_sources([source], healths, START, START + timedelta(minutes=1)) == []
