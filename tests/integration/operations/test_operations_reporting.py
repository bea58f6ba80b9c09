"""Points de situation of a whole activation: numbered, frozen, written, due."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.operations.stage import LIFE, ROAD, ROOT, Editing, Stage
from vigie.exercise.script import Fault
from vigie.operations.reporting import issue_due_report, issue_report, next_due
from vigie.operations.status import activation_status
from vigie.problem import Problem, TransitionError
from vigie.records.report import content_hash
from vigie.records.sweep import Draft, SweepOutcome, Update
from vigie.signals.places import Gazetteer
from vigie.store.repository import NumberTakenError, Store, StoreError

ISSUER = Path(__file__).with_name("report_issuer.py")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture
def quiet(tmp_path: Path, gazetteer: Gazetteer, database_url: str) -> Iterator[Stage]:
    """A real activation that asks nobody, on either kind of database."""
    made = Stage(tmp_path, None, gazetteer, kind="real", database_url=database_url)  # type: ignore[arg-type]
    made.open()
    yield made
    made.close()


def report(stage: Stage, **known):
    """Issue a report."""
    return issue_report(stage.runtime, stage.id, **{"by": "Anne", **known}).report


def joined(text: str) -> str:
    """Return a wrapped text on one line; hard spaces stay."""
    return re.sub("[ \n]+", " ", text)


def add_rows(stage: Stage, count: int, **machine) -> list[str]:
    """Let a sweep bring rows."""
    cells = {"received_at": stage.clock(), "urgency": "normal", "status": "unverified", **machine}
    outcome = SweepOutcome(
        sweep_id=f"s-{stage.clock().isoformat()}-{os.urandom(4).hex()}",
        committed_at=stage.clock(),
        drafts=tuple(Draft(machine=cells, leader=None) for _ in range(count)),
    )
    return stage.store.commit_sweep(stage.id, "CO21", outcome)


def change_row(stage: Stage, ref: str, **machine) -> None:
    """Let a sweep change a row."""
    outcome = SweepOutcome(
        sweep_id=f"u-{stage.clock().isoformat()}-{os.urandom(4).hex()}",
        committed_at=stage.clock(),
        updates=(Update(ref=ref, machine=machine),),
    )
    stage.store.commit_sweep(stage.id, "CO21", outcome)


def test_a_report_of_an_exercise_says_so_everywhere(running: Stage) -> None:
    """Name, first line, last line, page, banner: EXERCICE; the files are what the store keeps."""
    issued = issue_report(running.runtime, running.id, by="Anne")
    page, text = issued.paths
    assert page.name == f"EXERCICE Point de situation n° 1 {running.id}.html"
    assert text.name == f"EXERCICE Point de situation n° 1 {running.id}.txt"
    assert page.parent == running.house.restricted(running.id)
    assert page.read_text(encoding="utf-8") == issued.report.html
    assert text.read_text(encoding="utf-8") == issued.report.text
    assert page.stat().st_mode & 0o077 == 0
    said = issued.report.text.splitlines()
    assert said[0] == said[-1] == "EXERCICE - EXERCICE - EXERCICE"
    assert issued.report.html.count("EXERCICE · EXERCICE · EXERCICE") >= 3
    assert all(len(line) <= 80 for line in said)
    assert "DIFFUSION RESTREINTE" in issued.report.text
    assert "18 ou le 112" in issued.report.text


def test_the_order_is_that_of_the_domain(running: Stage) -> None:
    """From the number and its time to the next report, as the domain lists them."""
    text = report(running).text
    heads = re.findall(r"^\d+\. (.+)$", text, re.MULTILINE)
    assert heads == [
        "SITUATION GÉNÉRALE",
        "NOUVEAU",
        "PERSONNES ET DOMMAGES",
        "TENDANCES ET RUMEURS",
        "ROUTES ET TRANSPORTS",
        "BESOINS ET SOLIDARITÉ",
        "ALÉA ET NIVEAUX MESURÉS",
        "SOURCES SURVEILLÉES",
        "ACTION DE L'ÉQUIPE ET DEMANDES",
        "PROCHAIN POINT DE SITUATION",
    ]
    assert text.splitlines()[2].startswith("POINT DE SITUATION N°\u00a01 - 20/11/2026 12:00")


def test_people_make_a_row_verified_and_the_next_report_says_so(running: Stage) -> None:
    """Typed in the workbook with what it asks for: told as confirmed; without: told why not."""
    life, road = running.observation(LIFE).ref, running.observation(ROAD).ref
    assert f"* {life}" in report(running).text
    with Editing(running.path) as edited:
        log = edited.sheet("Main courante")
        for text in (LIFE, ROAD):
            log.put(log.row_of(text), "Statut", "confirmé")
            log.put(log.row_of(text), "Vérifié par", "Léa")
        log.put(log.row_of(LIFE), "Preuves", "appel CODIS 12 h 02")
        log.put(log.row_of(LIFE), "Transmis à", datetime(2026, 11, 20, 12, 5))  # noqa: DTZ001
    running.clock.forward(10)
    running.publish()
    second = report(running)
    people = next(part for part in second.data["sections"] if part["code"] == "people")
    roads = next(part for part in second.data["sections"] if part["code"] == "roads")
    assert [item["ref"] for item in people["verified"]] == [life]
    assert road not in [item["ref"] for item in roads["verified"]]
    said = joined(second.text)
    assert f"{life} Longvic\u00a0: non vérifié devient confirmé" in said
    assert "il manque\u00a0: une seconde source ou une source officielle" in said
    checks = {
        line["N°"]: line["Explication"]
        for line in running.sheet("Contrôles").rows()
        if str(line["N°"]).startswith("sta-")
    }
    assert "counts as typed" not in str(checks)
    assert "Il manque" in checks[f"sta-{road}"]
    assert "Il manque" not in checks[f"sta-{life}"]


def test_a_source_that_fails_is_told(running: Stage) -> None:
    """What could not be watched stands in the report, with its fault; silence is not calm."""
    running.server.set_fault("piaille", Fault(status=403, body="<html>no</html>"))
    running.clock.forward(3)
    running.sweep()
    said = joined(report(running).text)
    assert "ATTENTION\u00a0: 1 source(s) sur 6" in said
    assert "NON SURVEILLÉE\u00a0: Mastodon (piaille.fr)" in said
    assert "L'absence de signalement n'est pas l'absence d'événement." in said


def test_the_paragraph_is_kept_until_replaced(quiet: Stage) -> None:
    """Kept with who wrote it and when, replaced by another, ended by an empty one."""
    assert "La digue tient." in report(quiet, situation="La digue tient.").text
    quiet.clock.forward(5)
    kept = report(quiet, by="Luc").text
    assert "La digue tient." in kept
    assert "(Anne, 12:00, repris du n°\u00a01)" in kept
    assert "La digue cède." in report(quiet, situation="La digue cède.").text
    ended = report(quiet, situation=" ").text
    assert "La digue" not in ended
    assert "Pas encore d'appréciation" in report(quiet).text


def test_a_correction_is_the_next_number(quiet: Stage) -> None:
    """It says what it corrects; one of a report that is none is refused in words."""
    report(quiet)
    corrected = report(quiet, corrects=1)
    assert (corrected.number, corrected.corrects) == (2, 1)
    assert "CORRIGE ET REMPLACE le point de situation n°\u00a01." in corrected.text
    with pytest.raises(Problem, match="n° 7"):
        report(quiet, corrects=7)
    assert [head.corrects for head in quiet.store.report_heads(quiet.id)] == [None, 1]


def test_a_report_needs_a_situation_and_a_name(stage: Stage) -> None:
    """Nothing is reported of what was never active, nor by nobody."""
    stage.open("propose")
    with pytest.raises(TransitionError):
        report(stage)
    stage.move("activate")
    with pytest.raises(Problem, match="nom"):
        report(stage, by=" ")
    assert stage.store.report_heads(stage.id) == []


def test_the_cadence_issues_each_beat_once(quiet: Stage) -> None:
    """Due at its beats, once; not in standby; shown by status; none after the end."""
    minutes = quiet.runtime.convention_of(
        quiet.store.activation(quiet.id)
    ).situation.cadence_minutes
    assert issue_due_report(quiet.runtime, quiet.id) is None
    quiet.clock.forward(minutes)
    issued = issue_due_report(quiet.runtime, quiet.id)
    assert issued is not None
    assert "Émis à la cadence convenue" in issued.report.text
    assert issue_due_report(quiet.runtime, quiet.id) is None
    quiet.clock.forward(minutes + 4)
    told = activation_status(quiet.runtime, quiet.id)
    assert (told.last_report, bool(told.overdue_since)) == (1, True)
    assert report(quiet).number == 2
    assert not activation_status(quiet.runtime, quiet.id).overdue_since
    quiet.move("standby")
    quiet.clock.forward(3 * minutes)
    assert issue_due_report(quiet.runtime, quiet.id) is None
    paused = report(quiet).text
    assert "VEILLE SUSPENDUE" in paused
    assert "À la reprise de la veille." in paused
    quiet.move("resume")
    assert issue_due_report(quiet.runtime, quiet.id) is None
    quiet.move("close", reason="décrue")
    assert next_due(quiet.runtime, quiet.store.activation(quiet.id)) is None
    assert "ACTIVATION CLOSE" in report(quiet).text


def test_missing_files_are_written_again_and_changed_ones_are_left(quiet: Stage) -> None:
    """A kill between store and file is mended at the next turn; what people did to a file stays."""
    first = issue_report(quiet.runtime, quiet.id, by="Anne")
    page, text = first.paths
    page.unlink()
    text.write_text("annoté à la main", encoding="utf-8")
    assert issue_due_report(quiet.runtime, quiet.id) is None
    assert page.read_text(encoding="utf-8") == first.report.html
    assert text.read_text(encoding="utf-8") == "annoté à la main"
    assert [path.name for path in page.parent.iterdir() if path.name.startswith(".vigie")] == []


def test_the_workbook_leads_to_the_last_report(running: Stage) -> None:
    """Synthèse links the newest report beside it, Journal tells who issued it."""
    report(running)
    running.publish()
    book = openpyxl.load_workbook(running.path)
    links = [
        cell.hyperlink
        for line in book["Synthèse"].iter_rows()
        for cell in line
        if cell.hyperlink is not None and cell.hyperlink.target
    ]
    (link,) = [item for item in links if "Point" in item.target]
    assert (running.path.parent / unquote(link.target)).is_file()
    actions = [line["Action"] for line in running.sheet("Journal").rows()]
    assert "point de situation" in actions


def test_a_partners_folder_gets_the_reports_too(make_stage: Callable[..., Stage]) -> None:
    """Where players find their workbook they find the reports, so that its link leads somewhere."""
    stage = make_stage()
    share = stage.conventions.parent / "partage"
    share.mkdir()
    path = stage.conventions / "cote-dor.yml"
    text = path.read_text(encoding="utf-8")
    shared = re.sub(
        r"(exercise:\n  allowed: true\n)",
        rf"\1  share:\n    kind: folder\n    path: {json.dumps(str(share))}\n",
        text,
    )
    assert shared != text
    path.write_text(shared, encoding="utf-8")
    stage.open()
    issued = issue_report(stage.runtime, stage.id, by="Anne")
    assert {item.parent for item in issued.paths} == {share, stage.house.restricted(stage.id)}


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    steps=st.lists(
        st.sampled_from(["rows", "change", "report", "correct", "paragraph", "pause", "time"]),
        min_size=3,
        max_size=12,
    )
)
def test_an_issued_report_never_changes(
    tmp_path_factory: pytest.TempPathFactory, gazetteer: Gazetteer, steps: list[str]
) -> None:
    """Whatever happens later: store, hash and files stay, numbers have no gap."""
    stage = Stage(tmp_path_factory.mktemp("frozen"), None, gazetteer, kind="real")  # type: ignore[arg-type]
    stage.open()
    refs: list[str] = add_rows(stage, 2)
    issued = []
    for step in steps:
        if step == "rows":
            refs += add_rows(stage, 3, category="road_closed")
        elif step == "change":
            change_row(stage, refs[-1], urgency="life_at_risk", status="lifted")
        elif step == "pause":
            is_active = stage.store.activation(stage.id).state == "active"
            stage.move("standby" if is_active else "resume")
        elif step == "time":
            stage.clock.forward(37)
        else:
            known = {"situation": f"mot {len(issued)}"} if step == "paragraph" else {}
            corrects = len(issued) if step == "correct" and issued else None
            issued.append(
                issue_report(stage.runtime, stage.id, by="Anne", corrects=corrects, **known)
            )
        for number, one in enumerate(issued, start=1):
            kept = stage.store.report(stage.id, number)
            assert kept == one.report
            assert kept.hash == content_hash(kept.data, kept.text, kept.html)
            assert [path.read_text(encoding="utf-8") for path in one.paths] == [
                kept.html,
                kept.text,
            ]
    heads = stage.store.report_heads(stage.id)
    assert [head.number for head in heads] == list(range(1, len(issued) + 1))
    stage.close()


def test_two_processes_share_the_numbers(quiet: Stage, database_url: str) -> None:
    """Issuing at once they leave neither gap nor repeat, and no report is lost."""
    arguments = (quiet.settings.home, quiet.conventions, database_url, quiet.id)
    processes = [
        subprocess.Popen(
            [sys.executable, str(ISSUER), *map(str, arguments), name, "6"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for name in ("Anne", "Luc")
    ]
    try:
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n", process.communicate()[1]
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        numbers = []
        for process in processes:
            output, errors = process.communicate(timeout=120)
            assert process.returncode == 0, errors
            numbers += json.loads(output)
    finally:
        for process in processes:
            process.kill()
            process.communicate()
    assert sorted(numbers) == list(range(1, 13))
    heads = quiet.store.report_heads(quiet.id)
    assert [head.number for head in heads] == list(range(1, 13))
    assert {head.issued_by for head in heads} == {"Anne", "Luc"}
    for head in heads:
        kept = quiet.store.report(quiet.id, head.number)
        assert kept.data["number"] == kept.number
        assert kept.data["news"]["since_number"] == kept.number - 1
        assert f"N°\u00a0{kept.number} " in kept.text


def test_a_number_that_is_not_the_next_is_refused(quiet: Stage) -> None:
    """Without any lease the store itself lets no gap and no repeat happen."""
    one = report(quiet)
    (_, entry) = quiet.store.journal(quiet.id)[-1]
    for number in (1, 3):
        with pytest.raises(NumberTakenError):
            quiet.store.keep_report(quiet.id, replace(one, number=number), entry)
    assert len(quiet.store.report_heads(quiet.id)) == 1


def test_a_falsified_report_is_told(quiet: Stage) -> None:
    """What somebody wrote into the database behind our back is not given out as issued."""
    from sqlalchemy import text

    report(quiet)
    with quiet.store._engine.begin() as connection:
        connection.execute(text("UPDATE report SET content_hash = 'x'"))
    with pytest.raises(StoreError, match="n° 1"):
        quiet.store.report(quiet.id, 1)


NAUGHTY = [
    "<script>document.title='PWNED'</script>",
    "</style><script>document.title='PWNED'</script>",
    "<img src=x onerror=\"document.title='PWNED'\">",
    "{{ 7*7 }}{% raw %}",
    '=HYPERLINK("http://x.example";"clic")',
    "\u202eétrevni\u202c \u0000\u0007 \ud800",
    "é" * 3_000,
    "😟" * 50,
]


def test_hostile_text_stays_text(quiet: Stage) -> None:
    """HTML, templates, formulas, marks: written as text in the page, as plain text in the text."""
    for number, text in enumerate(NAUGHTY):
        add_rows(quiet, 1, summary=text, commune=text[:60], category="road_closed", place=text)
        quiet.clock.forward(number)
    said = report(quiet, situation="\n".join(NAUGHTY))
    assert "<script" not in said.html
    assert "<img" not in said.html
    assert "{{ 7*7 }}" in said.html
    assert "default-src 'none'" in said.html
    assert "http" not in re.sub(r"https?://x\.example|http-equiv", "", said.html)
    for line in said.text.splitlines():
        assert len(line) <= 80
        line.encode("cp1252")
        assert line.lstrip(" ")[:1] not in ("=", "+", "-", "@")


@pytest.mark.skipif(CHROMIUM is None, reason="NOT RUN: Chromium is not installed")
def test_the_page_opens_in_a_browser_and_runs_nothing(quiet: Stage, tmp_path: Path) -> None:
    """Its style holds against its own policy, its rows are there, nothing hostile ran."""
    for text in NAUGHTY:
        add_rows(quiet, 1, summary=text, category="road_closed")
    path = issue_report(quiet.runtime, quiet.id, by="Anne").paths[0]
    command = [
        *(str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu"),
        *(f"--user-data-dir={tmp_path / 'profile'}", "--enable-logging=stderr", "--v=0"),
        *("--virtual-time-budget=2000", "--dump-dom", path.as_uri()),
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    assert f"<title>Point de situation n° 1 {quiet.id}</title>" in done.stdout
    assert done.stdout.count('<span class="ref">') == len(NAUGHTY)
    assert "Content Security Policy" not in done.stderr
    assert "<script" not in done.stdout


def test_the_store_opens_reports_for_reading_elsewhere(quiet: Stage, database_url: str) -> None:
    """Another process's store gives the very same report back."""
    one = report(quiet, situation="Où ça ? « Là » 😟")
    with Store.open(database_url) as other:
        assert other.report(quiet.id, 1) == one
        assert other.last_report(quiet.id) == one
