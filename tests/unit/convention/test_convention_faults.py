"""The table of faults through the loader, and what must hold of every message."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.convention.faults import FILE_NAME, FaultCase, written_cases
from vigie.checks.registry import params_by_check
from vigie.convention.loader import ConventionErrors, Registry, load_convention, load_conventions
from vigie.signals.lexicons import lexicon_names
from vigie.sources.registry import params_by_kind

CASES = written_cases()


@pytest.fixture(scope="module")
def registry() -> Registry:
    """What is really installed."""
    return Registry(params_by_kind(), params_by_check(), lexicon_names())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_fault_is_told_exactly(case: FaultCase, tmp_path: Path, registry: Registry) -> None:
    """Every fault of a file is told on its line, with what is wrong and how to write it."""
    file = tmp_path / FILE_NAME
    file.write_bytes(case.content)
    with pytest.raises(ConventionErrors) as raised:
        load_convention(file, registry)
    told = [str(fault) for fault in raised.value.faults]
    assert told == [line.replace("{file}", str(file)) for line in case.expected]


def test_the_table_is_long_enough() -> None:
    """The table holds at least 36 faults, some files with two, and no name twice."""
    assert len(CASES) >= 36
    assert len({case.name for case in CASES}) == len(CASES)
    assert sum(len(case.expected) > 1 for case in CASES) >= 3


def test_all_files_are_told_in_one_go(tmp_path: Path, registry: Registry) -> None:
    """Faults of several files come together, file by file in the order given."""
    files = []
    for case in CASES[:5]:
        file = tmp_path / case.name / FILE_NAME
        file.parent.mkdir()
        file.write_bytes(case.content)
        files.append(file)
    with pytest.raises(ConventionErrors) as raised:
        load_conventions(files, registry)
    named = [fault.file for fault in raised.value.faults]
    assert list(dict.fromkeys(named)) == [str(file) for file in files]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_fault_has_a_cure(case: FaultCase) -> None:
    """No fault is told without how to write it, and all is one line."""
    for line in case.expected:
        assert line.count(". ") >= 1
        assert line.endswith((".", "?", "…"))
        assert "\n" not in line
