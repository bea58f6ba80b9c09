"""The kill proof: ``python -m tests.kill_proof [--kills N]``.

Plays the demonstration's material in two houses: one undisturbed, one whose whole process tree
(Prefect's server, the worker, the command under way) is killed with SIGKILL again and again in
every stage and started again. The replay server lives outside. At the end both must hold the same
posts in the same observations, everything people typed is there once, and nothing is stuck.
Prints a table and PASS or FAIL lines; exit code 1 if anything failed.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.kill.campaign import (
    STAGES,
    WAVES_COUNT,
    Campaign,
    Counts,
    machine_counts,
    sweep_undisturbed,
)
from tests.kill.comparison import Holdings, differing_cells, holdings
from tests.kill.house import ACTIVATION, MATERIAL, House, await_condition
from vigie.exercise.material import load_material
from vigie.records.health import GOOD_STATES

_WATCH_WAVE = 3
_TAG = "#SolidaritéCrue21"
_IDLE_SECONDS = 60.0


class Verdict:
    """Collects PASS and FAIL lines."""

    def __init__(self) -> None:
        self.failures_count = 0

    def tell(self, what: str, faults: list[str]) -> None:
        """Print a line; each fault on one of its own, at most ten."""
        self.failures_count += bool(faults)
        print(f"{'FAIL' if faults else 'PASS'}  {what}", flush=True)
        for fault in faults[:10]:
            print(f"      {fault}", flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Run the proof; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.kill_proof")
    parser.add_argument("--kills", type=int, default=5, help="at each stage")
    parser.add_argument("--minutes", type=float, default=20.0, help="no kill is begun later")
    parser.add_argument("--keep", type=Path, help="empty folder to work in and to leave behind")
    options = parser.parse_args(arguments)
    root = options.keep or Path(tempfile.mkdtemp(prefix="vigie-kill-"))
    root.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    start = load_material(MATERIAL).start_for(datetime.now(UTC))
    calm, whole = _undisturbed(House(root / "calm", start))
    ends_at = began + options.minutes * 60
    verdict = _killed(House(root / "killed", start), options.kills, ends_at, calm, whole)
    print(f"{time.monotonic() - began:.0f} s in all", flush=True)
    if options.keep is None and not verdict.failures_count:
        shutil.rmtree(root)
    else:
        print(f"left behind: {root}")
    return 1 if verdict.failures_count else 0


def _undisturbed(house: House) -> tuple[Holdings, dict[int, Counts]]:
    """Play all waves in peace; return what is held at the end and the counts after each wave."""
    whole = {0: (0, 0)}
    with house.replayed(), _service(house):
        for wave in range(1, WAVES_COUNT + 1):
            _begin_wave(house, wave)
            if wave == 1:
                house.run(*house.activation_arguments())
            sweep_undisturbed(house)
            whole[wave] = machine_counts(house)
            print(f"undisturbed, wave {wave}: posts, observations {whole[wave]}", flush=True)
        return holdings(house), whole


def _killed(
    house: House, kills: int, ends_at: float, calm: Holdings, whole: dict[int, Counts]
) -> Verdict:
    campaign = Campaign(house, kills, ends_at, whole, lambda text: print(text, flush=True))
    with house.replayed(), _service(house):
        for wave in range(1, WAVES_COUNT + 1):
            _begin_wave(house, wave)
            campaign.wave(wave)
        _table(campaign)
        verdict = Verdict()
        _judge_outcome(verdict, campaign, kills, calm)
        _judge_service(verdict, house)
    return verdict


def _begin_wave(house: House, wave: int) -> None:
    house.release(wave)
    if wave == _WATCH_WAVE:
        house.run("watch", ACTIVATION, "--add", _TAG, "--by", "Kill proof")


@contextlib.contextmanager
def _service(house: House):  # type: ignore[no-untyped-def]
    house.run("up", "--exercise")
    try:
        yield
    finally:
        house.run("down", "--exercise")


def _table(campaign: Campaign) -> None:
    print(f"\n{'stage':<16}{'kills':>6}{'restarts':>10}{'seconds, mean':>15}{'longest':>9}")
    others = sorted(set(campaign.kills) - set(STAGES))
    for stage in (*STAGES, *others):
        seconds = campaign.seconds[stage] or [0.0]
        mean = sum(seconds) / len(seconds)
        print(
            f"{stage:<16}{campaign.kills[stage]:>6}{len(campaign.seconds[stage]):>10}"
            f"{mean:>15.1f}{max(seconds):>9.1f}"
        )
    print(flush=True)


def _judge_outcome(verdict: Verdict, campaign: Campaign, kills: int, calm: Holdings) -> None:
    found = holdings(campaign.house)
    verdict.tell(
        f"at least {kills} kills in each stage",
        [f"{stage}: {campaign.kills[stage]}" for stage in STAGES if campaign.kills[stage] < kills],
    )
    verdict.tell("after every kill a wave is in wholly or not at all", campaign.torn)
    verdict.tell(
        f"the same {len(calm.posts)} posts",
        [str(name) for name in sorted(calm.posts ^ found.posts)],
    )
    verdict.tell(
        f"the same partition into {len(calm.groups)} observations",
        [str(sorted(group)) for group in calm.groups ^ found.groups],
    )
    verdict.tell(
        "the same posts in quarantine", sorted(map(str, calm.quarantined ^ found.quarantined))
    )
    verdict.tell("the machine's cells are equal", differing_cells(calm, found))
    typist = campaign.typist
    verdict.tell(
        f"{len(typist.cells)} typed cells and {len(typist.rows)} added rows are there, once",
        typist.faults(),
    )


def _judge_service(verdict: Verdict, house: House) -> None:
    with contextlib.suppress(TimeoutError):
        await_condition(lambda: not house.under_way(), _IDLE_SECONDS, "idle")
    verdict.tell("nothing of Prefect's is left under way", house.under_way())
    with house.store() as store:
        held = [f"{lease.name} by {lease.holder}" for lease in store.leases()]
    verdict.tell("no lease is held", held)
    before = datetime.now(UTC)
    sweep_undisturbed(house)
    with house.store() as store:
        healths = store.healths(ACTIVATION)
    verdict.tell(
        f"a sweep right after asks all {len(healths)} sources and gets its answers",
        [
            f"{name}: {health.state} {health.detail}"
            for name, health in healths.items()
            if health.state not in GOOD_STATES
            or health.retry_at is not None
            or health.last_attempt_at < before
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
