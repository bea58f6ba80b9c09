"""A history as a list of steps: made from a seed, run, and shortened when it fails."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tests.histories.people import NAMES, Copy
from tests.histories.verdict import verdict
from tests.histories.world import Ground, World

Maker = type[World]

_ACTS = {
    "type": 14, "place": 4, "empty": 2, "over": 1, "sort": 2, "view": 1, "insert": 4,
    "join": 1, "paste": 1, "lose": 2, "delete": 1, "columns": 1, "choose": 4,
}  # fmt: skip
_MOVES = {"open": 6, "save": 7, "keep": 3, "late": 2, "import": 2, "resave": 2, "news": 3,
          "orders": 1}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens: by whom, with chance of its own, so that others can be left out."""

    name: str
    who: int
    seed: int


@dataclass(frozen=True, slots=True)
class History:
    """A history: how many people, what happens."""

    seed: int
    people_count: int
    move_count: int
    steps: tuple[Step, ...]


def history_of(seed: int, move_count: int) -> History:
    """Return the history of a seed."""
    rng = random.Random(seed)
    people_count = rng.randint(2, 5)
    steps = [Step("open", who, rng.getrandbits(32)) for who in range(people_count)]
    for _ in range(move_count):
        who = rng.randrange(people_count)
        for name in rng.choices(list(_ACTS), list(_ACTS.values()), k=rng.randint(1, 4)):
            steps.append(Step(name, who, rng.getrandbits(32)))
        (move,) = rng.choices(list(_MOVES), list(_MOVES.values()))
        steps.append(Step(move, rng.randrange(people_count), rng.getrandbits(32)))
    steps += [Step("save", who, rng.getrandbits(32)) for who in range(people_count) if who % 2 == 0]
    return History(seed, people_count, move_count, tuple(steps))


def run(ground: Ground, make: Maker, history: History) -> list[str]:
    """Let a history happen; return what is not as it must be."""
    with tempfile.TemporaryDirectory(dir=ground.conventions.parent) as folder:
        rng = random.Random(history.seed)
        world = make.begun(ground, Path(folder) / "house", history.people_count, rng)
        try:
            for step in history.steps:
                _do(world, step)
            if not world.is_published:
                world.publish()
            return verdict(world)
        except Exception as problem:
            import traceback

            return [f"{problem!r}\n{''.join(traceback.format_tb(problem.__traceback__)[-3:])}"]
        finally:
            world.close()


def shortened(ground: Ground, make: Maker, history: History) -> History:
    """Return the shortest history found by leaving steps out that still fails."""
    steps = list(history.steps)
    size = max(1, len(steps) // 2)
    while size:
        start = 0
        while start < len(steps):
            fewer = steps[:start] + steps[start + size :]
            if run(ground, make, replace(history, steps=tuple(fewer))):
                steps = fewer
            else:
                start += size
        size //= 2
    return replace(history, steps=tuple(steps))


def _do(world: World, step: Step) -> None:
    world.clock.forward(1)
    rng = random.Random(step.seed)
    copy = world.copies[step.who]
    act = world.writer.acts.get(step.name)
    if act is not None:
        if copy is not None:
            act(copy, rng)
    else:
        _MOVE[step.name](world, step.who, copy, rng)


def _open(world: World, who: int, _copy: Copy | None, _rng: random.Random) -> None:
    world.copies[who] = world.opened(world.number(), NAMES[who])


def _save(world: World, _who: int, copy: Copy | None, _rng: random.Random) -> None:
    if copy is not None and (copy.words or copy.deleted or copy.layout):
        saved = world.saved(copy)
        world.hand_in(saved, is_import=False)
        world.taken.append(saved)


def _keep(world: World, _who: int, copy: Copy | None, _rng: random.Random) -> None:
    if copy is not None:
        world.mailed.append(world.saved(copy))


def _late(world: World, _who: int, _copy: Copy | None, rng: random.Random) -> None:
    """A file that was saved long ago comes back, over the share or by mail."""
    if world.mailed:
        saved = world.mailed.pop(rng.randrange(len(world.mailed)))
        world.hand_in(saved, is_import=rng.random() < 0.5)


def _import(world: World, _who: int, copy: Copy | None, _rng: random.Random) -> None:
    if copy is not None:
        world.hand_in(world.saved(copy), is_import=True)


def _resave(world: World, _who: int, _copy: Copy | None, rng: random.Random) -> None:
    """The same file lies on the share again: nothing is new in it."""
    if world.taken:
        world.hand_in(rng.choice(world.taken), is_import=False)


def _news(world: World, _who: int, _copy: Copy | None, rng: random.Random) -> None:
    world.news(rng, rng.randint(0, 2))
    world.publish()


def _orders(world: World, _who: int, _copy: Copy | None, rng: random.Random) -> None:
    """Everybody's copy is imported, in one order here and in another in a second house."""
    files = []
    for copy in world.copies:
        if copy is not None and copy.words:
            files.append(world.saved(copy))
            world.clock.forward(1)
    if len(files) < 2:
        return
    twin = world.fork(world.home.with_name(f"twin{world.number()}"))
    other = files[::-1] if rng.random() < 0.5 else rng.sample(files, len(files))
    for house, order in ((world, files), (twin, other)):
        for saved in order:
            house.clock.forward(1)
            house.hand_in(saved, is_import=True)
    one, two = world.contents(), twin.contents()
    for name in sorted(one.keys() | two.keys()):
        if one.get(name) != two.get(name):
            world.problems.append(
                f"orders {[s.copy.number for s in files]} and {[s.copy.number for s in other]}: "
                f"{name}: {one.get(name)} / {two.get(name)}"
            )
    twin.close()


_MOVE: dict[str, Callable[[World, int, Copy | None, random.Random], None]] = {
    "open": _open, "save": _save, "keep": _keep, "late": _late, "import": _import,
    "resave": _resave, "news": _news, "orders": _orders,
}  # fmt: skip
