"""Several processes on one database: real ones, started together, some killed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.unit.store.store_samples import make_activation, make_entry, make_outcome, make_post
from vigie.store.repository import Counts, Store

WORKER = Path(__file__).with_name("store_worker.py")


class Workers:
    """Processes that are started together; killed at the test's end if they still run."""

    def __init__(self) -> None:
        self.processes: list[subprocess.Popen[str]] = []

    def add(self, *arguments: object) -> subprocess.Popen[str]:
        """Start a process that waits for ``run``."""
        process = subprocess.Popen(
            [sys.executable, str(WORKER), *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.processes.append(process)
        return process

    def wait_ready(self) -> None:
        """Wait until every process stands at its start."""
        for process in self.processes:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line == "ready\n", process.communicate()[1]

    def run(self) -> list[Any]:
        """Let all begin at once and return what each printed."""
        self.wait_ready()
        for process in self.processes:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        answers = []
        for process in self.processes:
            output, errors = process.communicate(timeout=120)
            assert process.returncode == 0, errors
            answers.append(json.loads(output))
        return answers


@pytest.fixture
def workers() -> Iterator[Workers]:
    """Processes that do not outlive the test."""
    started = Workers()
    yield started
    for process in started.processes:
        process.kill()
        process.communicate()


def test_a_fresh_database_is_opened_by_several_at_once(
    empty_database_url: str, workers: Workers
) -> None:
    """Whoever comes first makes the schema, the others wait, all of them can work."""
    for _ in range(4):
        workers.add("opening", empty_database_url)
    assert sorted(workers.run()) == [f"cote-dor-{number}" for number in (1, 2, 3, 4)]


def test_references_are_distinct_over_processes(
    store: Store, database_url: str, workers: Workers
) -> None:
    """Activations of one convention that commit at once share the numbers without gap or repeat."""
    names = [store.create_activation(make_activation(), make_entry()).id for _ in range(2)]
    for name in names:
        workers.add("committing", database_url, name, 8, name)
    refs = [ref for answer in workers.run() for ref in answer]
    assert sorted(refs) == [f"CO21-{number:04d}" for number in range(1, 81)]
    assert [store.counts(name).observations for name in names] == [40, 40]


def test_the_same_sweep_of_two_processes_counts_once(
    store: Store, database_url: str, workers: Workers
) -> None:
    """Two processes that commit the same sweeps get the same references, and one set of rows."""
    name = store.create_activation(make_activation(), make_entry()).id
    for _ in range(2):
        workers.add("committing", database_url, name, 8, "same")
    first, second = workers.run()
    assert first == second
    assert store.counts(name) == Counts(40, 40, 0, 40)


def test_a_killed_process_leaves_nothing(store: Store, database_url: str, workers: Workers) -> None:
    """SIGKILL within the transaction undoes it; nobody waits for the dead, no number is lost."""
    name = store.create_activation(make_activation(), make_entry()).id
    process = workers.add("stopping", database_url, name)
    workers.wait_ready()
    assert store.counts(name) == Counts(0, 0, 0, 0)
    process.kill()
    process.wait()
    assert store.commit_sweep(name, "CO21", make_outcome("s", [make_post(1)])) == ["CO21-0001"]
    assert store.counts(name) == Counts(1, 1, 0, 1)


def test_a_budget_holds_over_processes(database_url: str, workers: Workers) -> None:
    """Four processes together are granted no more than the limit in any window."""
    for _ in range(4):
        workers.add("spending", database_url, 5, 1, 25)
    answers = workers.run()
    granted = sorted(datetime.fromisoformat(at) for answer in answers for at in answer)
    assert granted
    for end in granted:
        inside = [at for at in granted if end - timedelta(seconds=1) < at <= end]
        assert len(inside) <= 5, Counter(granted)


def test_a_lease_has_one_holder_over_processes(database_url: str, workers: Workers) -> None:
    """Of four takers at once one gets the lease."""
    for holder in "abcd":
        workers.add("leasing", database_url, holder, 0)
    assert sorted(workers.run()) == [False, False, False, True]
