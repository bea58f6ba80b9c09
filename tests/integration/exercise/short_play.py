"""Half an hour on three sources: the short play that tests of the clock and of injects share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from vigie.operations.conducting import conduct, take_up
from vigie.operations.playing import Casting, Conductor, open_play
from vigie.operations.rehearsing import PlayedTeam
from vigie.operations.runtime import Runtime
from vigie.operations.scenarios import named_scenario
from vigie.settings import Settings, house_of
from vigie.store.repository import Store

CONVENTIONS = Path("tests/payloads/conventions")
SCENARIO = "tests/payloads/scenarios/demi-heure.yml"
DAY = "2027-03-12"
IDENTITY = "ex-veille-courte-1"
BY = "Directrice"


@contextmanager
def house(home: Path, wall: Callable[[], datetime] | None = None) -> Iterator[Runtime]:
    """An exercise house whose only convention is the short one."""
    found = house_of(Settings(home=home, conventions=CONVENTIONS), "exercise")
    with Store.open(found.database_url) as store:
        yield Runtime(found, store, *([wall] if wall else []))


def opened(runtime: Runtime, speed: float) -> Conductor:
    """A play that has not begun."""
    scenario, text = named_scenario(SCENARIO, runtime.house.settings)
    day = date.fromisoformat(DAY)
    return open_play(runtime, scenario, text, Casting(by=BY, day=day, speed=speed))


def conducted(
    runtime: Runtime,
    until: float | None = None,
    *,
    has_team: bool = True,
    told: list[str] | None = None,
) -> None:
    """Take the play up and conduct it, with its played team if wanted; ``told`` takes the lines."""
    conductor = take_up(runtime, IDENTITY)
    act = PlayedTeam.of(conductor).act if has_team else None
    lines: list[str] = [] if told is None else told
    conduct(conductor, until, lines.append, act)
