"""The kills of one house, wave by wave, and what each cost. Called by ``tests.kill_proof``."""

from __future__ import annotations

import math
import subprocess
import time
from collections import Counter, defaultdict
from collections.abc import Callable

import httpx

from flows.service.requests import run_state
from tests.kill.house import ACTIVATION, House
from tests.kill.killing import StageTail, await_stage, family, kill_all
from tests.kill.volunteer import Typist

STAGES = ("fetch", "checks", "before_commit", "after_commit", "workbook")
WAVES_COUNT = 4
_DELAYS_SECONDS = {
    # Not always at the first line of a stage: some way into it as well.
    "fetch": (0.0, 0.03, 0.1, 0.2, 0.4),
    "checks": (0.0, 0.02, 0.05, 0.1, 0.15),
    "before_commit": (0.0,),
    "after_commit": (0.0, 0.05, 0.1, 0.2, 0.3),
    "workbook": (0.0, 0.002, 0.005, 0.01, 0.015),
}
_ENDED = frozenset({"COMPLETED", "FAILED", "CRASHED", "CANCELLED"})
Counts = tuple[int, int]
"""Posts and observations that the machine made."""


class Campaign:
    """Kills a house again and again.

    Args:
        house: Its service runs.
        kills_wanted: At each stage.
        ends_at: Monotonic seconds after which no further kill is begun.
        whole: Wave → counts of the undisturbed house after that wave; 0 → (0, 0).
        tell: Called with a sentence per kill.
    """

    def __init__(
        self,
        house: House,
        kills_wanted: int,
        ends_at: float,
        whole: dict[int, Counts],
        tell: Callable[[str], None],
    ) -> None:
        self.house = house
        self.typist = Typist(house)
        self.kills: Counter[str] = Counter()
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.torn: list[str] = []
        self._wanted = kills_wanted
        self._began_at = time.monotonic()
        self._ends_at = ends_at
        self._whole = whole
        self._tell = tell
        self._is_open = False
        self._strikes_count = 0

    def wave(self, number: int) -> None:
        """Kill what this wave owes, stage by stage, then finish it undisturbed."""
        share = (self._ends_at - self._began_at) / WAVES_COUNT
        for stage in STAGES:
            missing = self._wanted - self.kills[stage]
            owed = self.kills[stage] + math.ceil(missing / (WAVES_COUNT - number + 1))
            tries = 0
            while self.kills[stage] < owed and tries < 2 * self._wanted:
                if time.monotonic() > self._began_at + number * share:
                    break
                tries += 1
                if not self._strike(stage, number):
                    break
        sweep_undisturbed(self.house)

    def _strike(self, stage: str, wave: int) -> bool:
        """Have the service work, kill it at a stage, start it again; False if it never came."""
        self._strikes_count += 1
        self._people_write(stage)
        tail = StageTail(self.house.stages)
        is_over, commands = self._set_to_work()
        members = family(self.house, commands)
        if not await_stage(tail, stage, is_over):
            self._tell(f"wave {wave}: {stage} did not come")
            for command in commands:
                command.wait(30)
            return False
        delays = _DELAYS_SECONDS[stage]
        time.sleep(delays[self.kills[stage] % len(delays)])
        hit = kill_all(self.house, members, commands)
        self.kills[hit] += 1
        is_whole = self._check_whole(wave, hit)
        if stage == "workbook" and self._has_workbook() and self._strikes_count % 2:
            # People save again while nothing runs: what they added before must not become two.
            self.typist.type_cell()
        began = time.monotonic()
        self.house.run("up", "--exercise")
        self.seconds[hit].append(time.monotonic() - began)
        self._tell(
            f"wave {wave}: {len(members)} processes killed in {hit} (aimed at {stage}); "
            f"{is_whole}; up again in {self.seconds[hit][-1]:.1f} s"
        )
        return True

    def _set_to_work(self) -> tuple[Callable[[], bool], list[subprocess.Popen[bytes]]]:
        """Begin the activation, or a sweep: every second time by a command that dies with it."""
        if not self._is_open:
            self._is_open = True
            command = self.house.begin(*self.house.activation_arguments())
        elif self._strikes_count % 2:
            command = self.house.begin("sweep", ACTIVATION)
        else:
            run_id = self.house.request_sweep()
            return (lambda: self._state(run_id) in _ENDED), []
        return (lambda: command.poll() is not None), [command]

    def _state(self, run_id: str) -> str:
        with httpx.Client(base_url=self.house.service().api_url, trust_env=False) as client:
            return run_state(client, run_id)

    def _people_write(self, stage: str) -> None:
        if stage == "workbook" and self._has_workbook():
            self.typist.type_cell()
            self.typist.add_row()
        elif stage == "after_commit" and self._has_workbook() and self._strikes_count % 2:
            self.typist.add_row()

    def _has_workbook(self) -> bool:
        return any((self.house.folder / "restricted").glob("*.xlsx"))

    def _check_whole(self, wave: int, hit: str) -> str:
        """The store after a kill holds the wave before or the whole wave, nothing between."""
        found = machine_counts(self.house)
        if found == self._whole[wave]:
            return f"{found[0]} posts: the wave is in"
        if found == self._whole[wave - 1]:
            return f"{found[0]} posts: the wave is not in"
        self.torn.append(f"wave {wave}, {hit}: {found}, neither {self._whole[wave - 1]} nor whole")
        return f"{found[0]} posts: TORN"


def machine_counts(house: House) -> Counts:
    """Return the posts and the machine's observations of a house."""
    with house.store() as store:
        if not store.activations():
            return 0, 0
        rows = [item for item in store.observations(ACTIVATION) if not item.is_added_by_people]
        return store.counts(ACTIVATION).posts, len(rows)


def sweep_undisturbed(house: House) -> None:
    """Sweep by the command; once again if the scheduled publication just holds the workbook."""
    try:
        house.run("sweep", ACTIVATION)
    except RuntimeError:
        house.run("sweep", ACTIVATION)
