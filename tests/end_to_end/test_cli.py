"""The real ``vigie`` command in a process of its own: what it says, how it ends, what it loads."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.integration.operations.stage import LIFE, ROAD, ROOT, START, play, played_convention
from tests.unit.convention.faults import FILE_NAME, written_cases
from tests.warm_commands import run_warm
from vigie.exercise.networks.replay import ReplayServer

VIGIE = str(Path(sys.executable).with_name("vigie"))
VERBS = (
    ["up"],
    ["down"],
    ["status"],
    ["check"],
    ["plan"],
    ["conventions"],
    ["propose"],
    ["alert"],
    ["activate"],
    ["watch"],
    ["standby"],
    ["resume"],
    ["sweep"],
    ["close"],
    ["cancel"],
    ["workbook"],
    ["workbook", "publish"],
)
ENGLISH = ("Show this message", "Usage:", "Commands:", "[required]", "Try '", "Error:", "Missing")


def vigie(
    *arguments: str, home: Path | None = None, cwd: Path = ROOT, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run the real command in French, with nothing of the caller's settings."""
    return subprocess.run(
        [VIGIE, *arguments],
        env=environment(home, more),
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def warm(*arguments: str, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the same command forked from a process that has imported Vigie."""
    return run_warm(*arguments, environ=environment(home, more))


def environment(home: Path | None, more: Mapping[str, str]) -> dict[str, str]:
    """Return what a command sees: nothing of the caller's settings."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("VIGIE_", "PREFECT_"))}
    at_home = {} if home is None else {"VIGIE_HOME": str(home)}
    return {**clean, **at_home, "COLUMNS": "200", **more}


def assert_plain(run: subprocess.CompletedProcess[str], code: int = 1) -> None:
    """Assert that a command ended as said, without a traceback."""
    told = run.stdout + run.stderr
    assert "Traceback" not in told
    assert run.returncode == code, told


@pytest.fixture(scope="module")
def conventions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one convention, so that opening it asks for nothing else."""
    folder = tmp_path_factory.mktemp("conventions")
    (folder / "cote-dor.yml").write_text(played_convention(), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def network() -> Iterator[ReplayServer]:
    """The replay server in this process."""
    material = play()
    with ReplayServer(material, started_at=material.start_for(_now()), wave=2) as server:
        yield server


def _now():  # type: ignore[no-untyped-def]
    from datetime import UTC, datetime

    assert START.tzinfo is UTC
    return datetime.now(UTC)


def test_every_fault_of_the_table_through_the_real_command(tmp_path: Path) -> None:
    """All wrong files in one go: each line and cure exact, in order; exit 1, no traceback."""
    cases = written_cases()
    files, expected = [], []
    for case in cases:
        file = tmp_path / case.name / FILE_NAME
        file.parent.mkdir()
        file.write_bytes(case.content)
        files.append(str(file))
        expected += [line.replace("{file}", str(file)) for line in case.expected]
    run = vigie("check", *files)
    assert_plain(run)
    # Files of one command also tell which ids and prefixes they share; the table is about one file.
    shared = ("déjà", "aussi")
    lines = [
        line
        for line in run.stdout.splitlines()
        if line in expected or not any(word in line for word in shared)
    ]
    missing = [line for line in expected if line not in lines]
    print(
        f"\nitem 4: {len(cases)} wrong files, {len(expected)} faults,"
        f" {sum(len(c.expected) > 1 for c in cases)} files with two or more; missing {len(missing)}"
    )
    assert missing == []
    assert [line for line in lines if line not in expected] == []
    assert len(expected) >= 36


def test_one_wrong_file_stops_the_right_ones(tmp_path: Path) -> None:
    """A wrong file beside a right one: exit 1, the right one is not declared right."""
    shutil.copy(ROOT / "conventions" / "landes.yml", tmp_path)
    (tmp_path / "faux.yml").write_text("id: faux\n", encoding="utf-8")
    run = vigie("check", VIGIE_CONVENTIONS=str(tmp_path))
    assert_plain(run)
    assert "landes: " not in run.stdout
    assert str(tmp_path / "faux.yml") in run.stdout


def test_the_shipped_conventions_are_right() -> None:
    """``check`` and ``conventions`` name all five and end with 0."""
    for verb in ("check", "conventions"):
        run = vigie(verb)
        assert_plain(run, 0)
        for name in ("cote-dor", "landes", "charente-maritime", "conect-val-de-marne", "cogic"):
            assert name in run.stdout


def test_plan_tells_every_sweep() -> None:
    """``plan`` lists the ticks of six hours: 2-minute sources 180 times, 10-minute ones 36."""
    run = vigie("plan", "landes", "--hours", "6")
    assert_plain(run, 0)
    lines = [line for line in run.stdout.splitlines() if "piaille" in line and line[0].isdigit()]
    assert len(lines) == 180
    assert sum("vigicrues" in line for line in lines) == 36
    assert_plain(vigie("plan", "lande"))


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_help_is_french(verb: list[str]) -> None:
    """The help of every verb ends with 0 and has no English heading."""
    run = vigie(*verb, "--help")
    assert_plain(run, 0)
    assert run.stdout.strip()
    assert not [word for word in ENGLISH if word in run.stdout], run.stdout


def test_the_help_lists_every_verb() -> None:
    """``vigie --help`` names each verb of this round."""
    run = vigie("--help")
    assert_plain(run, 0)
    listed = {line.split()[0] for line in run.stdout.splitlines() if line.strip()}
    assert {verb[0] for verb in VERBS} <= listed


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["check"],
        ["plan", "landes", "--hours", "1"],
        ["conventions"],
        ["activate", "--help"],
    ],
    ids=" ".join,
)
def test_light_verbs_load_nothing_heavy(arguments: list[str]) -> None:
    """--help, check, plan and conventions import neither prefect nor great_expectations."""
    probe = (
        "import sys\n"
        "from vigie.cli.main import run\n"
        f"sys.argv = ['vigie', *{arguments!r}]\n"
        "try:\n    run()\n"
        "except SystemExit as end:\n    assert not end.code, end.code\n"
        "heavy = {'prefect', 'great_expectations', 'pandas', 'openpyxl', 'sqlalchemy'}\n"
        "print('HEAVY', sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("VIGIE_", "PREFECT_"))}
    run = subprocess.run(
        [sys.executable, "-c", probe],
        cwd=ROOT,
        env=clean,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "HEAVY []" in run.stderr, run.stderr


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["activate", "cote-dor", "--event", "Crue"], "--by"),
        (["activate", "cote-dor", "--by", "Anne"], "--event"),
        (["activate", "cote-dort", "--event", "Crue", "--by", "Anne"], "cote-dor"),
        (["standby", "cote-dor-1"], "--by"),
        (["close", "cote-dor-1", "--by", "Anne"], "--reason"),
        (["watch", "cote-dor-1", "--add", "#a"], "--by"),
        (["standby", "cote-dor-7", "--by", "Anne"], "cote-dor-7"),
        (["sweep", "cote-dor-7", "--here"], "cote-dor-7"),
        (["status", "cote-dor-7"], "cote-dor-7"),
        (["workbook", "publish", "cote-dor-7"], "cote-dor-7"),
        (
            ["activate", "cote-dor", "--event", "C", "--by", "A", "--exercise"],
            "--network",
        ),
        (["activate", "cote-dor", "--event", "C", "--by", "A", "--door", "fenetre"], "fenetre"),
        (["actvate", "cote-dor"], "activate"),
        (["plan", "cote-dor", "--hour", "3"], "--hours"),
        (["plan", "cote-dor", "--hours"], "--hours"),
        (["plan", "cote-dor", "trois"], "trois"),
        (["plan"], "CONVENTION"),
        (["workbook", "publsh", "x"], "publish"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else value,
)
def test_a_mistake_is_one_sentence(
    arguments: list[str], word: str, tmp_path: Path, conventions: Path
) -> None:
    """A mistake ends with 1 or 2, says in a few words what to do, and opens nothing."""
    run = vigie(*arguments, home=tmp_path / "var", VIGIE_CONVENTIONS=str(conventions))
    told = run.stdout + run.stderr
    assert "Traceback" not in told
    assert run.returncode in (1, 2)
    assert word in told
    assert not [said for said in ENGLISH if said in told]
    assert len(run.stderr.strip().splitlines()) <= 6
    assert not list((tmp_path / "var").rglob("activations"))


@pytest.fixture(scope="module")
def worked(
    tmp_path_factory: pytest.TempPathFactory, conventions: Path, network: ReplayServer
) -> tuple[Path, dict[str, str]]:
    """A home in which an exercise is active, opened where Prefect cannot start."""
    home = tmp_path_factory.mktemp("home") / "var"
    settings = {"VIGIE_CONVENTIONS": str(conventions)}
    # A store's step, as the command line would do; the service itself is proved in tests/flows.
    opened = warm(
        "alert",
        "cote-dor",
        "--event",
        "Crue de la Tille",
        "--by",
        "Anne",
        "--exercise",
        "--network",
        network.address,
        "--channel",
        "telephone",
        home=home,
        **settings,
    )
    assert_plain(opened, 0)
    assert "ex-cote-dor-1" in opened.stdout
    return home, settings


def test_a_sweep_here_fills_the_workbook_and_says_what_does_not_run(
    worked: tuple[Path, dict[str, str]],
) -> None:
    """Without the service ``activate`` still fills the workbook; ``sweep --here`` repeats it."""
    home, settings = worked
    # A file where Prefect's home should be: the service cannot start on this machine.
    (home / "exercise" / "prefect").write_text("in the way", encoding="utf-8")
    refused = warm("sweep", "ex-cote-dor-1", "--here", home=home, **settings)
    assert_plain(refused)
    run = vigie("activate", "ex-cote-dor-1", "--by", "Anne", home=home, **settings)
    assert_plain(run)
    assert "vigie sweep ex-cote-dor-1 --here" in run.stderr
    assert ".xlsx" in run.stdout
    again = warm("sweep", "ex-cote-dor-1", "--here", home=home, **settings)
    assert_plain(again, 0)
    assert "vigie up" in again.stderr
    books = list(home.rglob("*.xlsx"))
    assert len(books) == 1
    import openpyxl

    told = [
        str(cell.value)
        for row in openpyxl.load_workbook(books[0])["Main courante"].iter_rows()
        for cell in row
    ]
    assert any(ROAD in text for text in told)
    assert any(LIFE in text for text in told)
    without = warm("sweep", "ex-cote-dor-1", home=home, **settings)
    assert_plain(without)
    assert "--here" in without.stderr


def test_status_rings_and_speaks_json(worked: tuple[Path, dict[str, str]]) -> None:
    """Exit 2 with an alarm, alarms first, the same as JSON; after the closing exit 0."""
    home, settings = worked
    run = warm("status", home=home, **settings)
    assert_plain(run, 2)
    assert run.stdout.splitlines()[0].startswith("ALARME")
    spoken = warm("status", "--json", home=home, **settings)
    assert_plain(spoken, 2)
    document = json.loads(spoken.stdout)
    assert "vigie up --exercise" in document["alarms"][0]
    assert any("EX-CO21-" in alarm for alarm in document["alarms"])
    (activation,) = document["activations"]
    assert (activation["id"], activation["state"]) == ("ex-cote-dor-1", "active")
    assert {source["state"] for source in activation["sources"]} <= {"ok", "unchanged", "empty"}


def test_the_life_ends_through_the_command_line(worked: tuple[Path, dict[str, str]]) -> None:
    """watch, standby, resume, publish and close answer in a sentence; afterwards nothing rings."""
    home, settings = worked
    name = "ex-cote-dor-1"
    for arguments in (
        ["watch", name, "--add", "#SolidaritéCrue21", "--add", "Genlis", "--by", "Lise"],
        ["standby", name, "--by", "Anne", "--reason", "accalmie"],
        ["resume", name, "--by", "Anne"],
        ["workbook", "publish", name],
        ["close", name, "--by", "Anne", "--reason", "décrue"],
    ):
        run = warm(*arguments, home=home, **settings)
        assert_plain(run, 0)
        assert run.stdout.strip()
    assert_plain(warm("sweep", name, "--here", home=home, **settings))
    after = warm("status", home=home, **settings)
    assert_plain(after, 0)
    assert len(list(home.rglob("EXERCICE Vigie*.xlsx"))) >= 1
