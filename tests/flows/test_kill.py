"""One kill of the whole process tree. All stages, five times each: ``python -m tests.kill_proof``.

Only one here: each costs a start of Prefect's server and of the worker.
"""

import contextlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.kill.campaign import machine_counts, sweep_undisturbed
from tests.kill.house import MATERIAL, House, await_condition
from tests.kill.killing import StageTail, await_stage, family, kill_all
from vigie.exercise.material import load_material


@pytest.mark.service
def test_activation_killed_before_its_commit_is_taken_up_whole(tmp_path: Path) -> None:
    """A killed activation leaves no post, no lease, no run; started again it has all of them."""
    house = House(tmp_path, load_material(MATERIAL).start_for(datetime.now(UTC)))
    with house.replayed():
        house.run("up", "--exercise")
        try:
            tail = StageTail(house.stages)
            command = house.begin(*house.activation_arguments())
            members = family(house, [command])
            assert await_stage(tail, "checks", lambda: command.poll() is not None)
            assert kill_all(house, members, [command]) in ("checks", "gathering")
            assert machine_counts(house) == (0, 0)
            house.run("up", "--exercise")
            sweep_undisturbed(house)
            with contextlib.suppress(TimeoutError):
                await_condition(lambda: not house.under_way(), 20.0, "idle")
            assert house.under_way() == []
            assert machine_counts(house)[0] >= 50
            with house.store() as store:
                assert store.leases() == []
        finally:
            house.run("down", "--exercise")
