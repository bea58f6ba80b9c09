"""What the direction has in its hands while an exercise runs, on one play that all share.

Some minutes of half an hour are played once; then its view, its files, its verdicts are looked
at, through the commands that people type.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console
from typer.testing import CliRunner, Result

from tests.integration.exercise.short_play import CONVENTIONS, IDENTITY, house, opened
from vigie.cli.exercise_screen import beside, print_once
from vigie.cli.main import app
from vigie.operations.announcing import Announcer
from vigie.operations.conducting import conduct, take_up
from vigie.operations.debriefing import make_debrief
from vigie.operations.inject_files import injects_folder
from vigie.operations.leases import lease
from vigie.operations.moving import change_inject, jump, pause_play
from vigie.operations.overruling import Wish, overrule, withdraw
from vigie.operations.placing import workbook_path
from vigie.operations.publication import publish
from vigie.operations.turns import play_lease
from vigie.operations.watching import Watch
from vigie.problem import Problem

BY = "Diane Rey"
REASON = "appel passé au CODIS avant la ligne"


class Direction:
    """The play that stands at T+00:12, and its commands."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.wall = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
        self.told: list[str] = []

    @contextmanager
    def played(self) -> Iterator[Direction]:
        """Play six minutes, set the clock to the twelfth, and keep the house open."""
        with house(self.home, lambda: self.wall) as self.runtime:
            self.store = self.runtime.store
            conduct(opened(self.runtime, 3600.0), 6, self.told.append)
            jump(self.runtime, IDENTITY, "T+00:12", BY)
            yield self

    def vigie(self, *arguments: str) -> Result:
        """Run a command as a person would."""
        environment = {
            "VIGIE_HOME": str(self.home),
            "VIGIE_CONVENTIONS": str(CONVENTIONS.absolute()),
        }
        return CliRunner().invoke(app, ["exercise", *arguments], env=environment)

    @property
    def injects(self) -> Path:
        """Where the players' texts lie."""
        return injects_folder(self.runtime, IDENTITY)


@pytest.fixture(scope="module")
def direction(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Direction]:
    """One play for all."""
    with Direction(tmp_path_factory.mktemp("direction")).played() as found:
        yield found


def names(folder: Path) -> list[str]:
    """The files of a folder that are ours."""
    return sorted(path.name for path in folder.glob("*.txt"))


def test_a_call_is_told_once_and_lies_as_a_text(direction: Direction) -> None:
    """On the screen in its minute, in the players' folder; nothing again when taken up."""
    called = [line for line in direction.told if "gymnase de Talant" in line]
    assert called == [
        "T+00:05  CODIS 21 → veille : Le CODIS signale que le gymnase de Talant est ouvert aux "
        "personnes évacuées."
    ]
    assert names(direction.injects) == ["T+00-05 i03 appel.txt"]
    assert len(names(direction.injects / "animation")) == 8
    again: list[str] = []
    conductor = take_up(direction.runtime, IDENTITY)
    stamps = []
    for _ in range(2):
        asyncio.run(Announcer(conductor, again.append).look(conductor.minute()))
        stamps.append({path: path.stat().st_mtime_ns for path in direction.injects.rglob("*.txt")})
    assert again == []
    assert stamps[0] == stamps[1]


def test_held_and_edited_injects_are_marked_and_rewritten(
    direction: Direction, tmp_path: Path
) -> None:
    """Also while nobody conducts: the card follows the command; players see none of it."""
    cards = direction.injects / "animation"
    assert direction.vigie("hold", IDENTITY, "i08", "--by", BY).exit_code == 0
    assert "T+00-25 i08 appel RETENU.txt" in names(cards)
    assert direction.vigie("release", IDENTITY, "i08", "--by", BY).exit_code == 0
    edited = tmp_path / "i08.yml"
    edited.write_text(
        'id: i08\nat: "T+00:26"\nsender: codis\nto: veille\n'
        'content: {channel: call, text: "Le CODIS rappelle."}\ntruth: {kind: end, fact: toit}\n'
    )
    assert direction.vigie("put", IDENTITY, str(edited), "--by", BY).exit_code == 0
    assert "T+00-26 i08 appel.txt" in names(cards)
    assert "T+00-25 i08 appel.txt" not in names(cards)
    assert "Le CODIS rappelle." in (cards / "T+00-26 i08 appel.txt").read_text()
    assert names(direction.injects) == ["T+00-05 i03 appel.txt"]


def test_everything_can_be_printed_beforehand(direction: Direction, tmp_path: Path) -> None:
    """Texts for the players and cards for the animators, in two folders."""
    done = direction.vigie("injects", IDENTITY, "--write", str(tmp_path / "print"))
    assert "2 textes pour les joueurs ; 8 cartes d’animation" in done.output
    assert len(names(tmp_path / "print")) == 2
    assert len(names(tmp_path / "print" / "animation")) == 8


def test_the_view_tells_time_next_injects_detections_and_what_is_late(
    direction: Direction,
) -> None:
    """As lines where the output is no terminal; nobody conducts it, and it says so."""
    told = direction.vigie("watch", IDENTITY, "--once").output
    assert "PERSONNE NE LE CONDUIT · T+00:12 sur T+00:30 · heure légale 06:12" in told
    assert "dans   1 min  T+00:13  i05" in told
    assert "toit : Deux personnes sur un toit" in told
    assert "EN RETARD de   1 min  i03  veille : Ligne saisie" in told
    assert "d’ici   3 min  i02" in told
    with lease(direction.runtime, play_lease(IDENTITY), "proof"):
        assert Watch(direction.runtime, IDENTITY).look().state == "running"


def test_in_a_terminal_no_line_wraps_and_what_is_told_stands_above(direction: Direction) -> None:
    """A hundred columns by thirty lines, wide signs counted; beside a block that runs."""
    written = StringIO()
    console = Console(file=written, force_terminal=True, width=100, height=30, color_system=None)
    eye = Watch(direction.runtime, IDENTITY)
    print_once(eye, console)
    lines = written.getvalue().splitlines()
    assert len(lines) <= 30
    assert max(map(cell_len, lines)) <= 100
    assert any(line.endswith("…") for line in lines)
    with beside(eye, console) as tell:
        tell("T+00:12  un appel [bold]entre crochets[/bold]")
    told = written.getvalue()
    assert "un appel [bold]entre crochets[/bold]" in told
    assert told.rindex("un appel") < told.rindex("Réseaux en panne")


def test_a_pause_of_hours_moves_every_deadline(direction: Direction) -> None:
    """Frozen: the same view nine hours later, nothing overdue that was not."""
    pause_play(direction.runtime, IDENTITY, BY)
    eye = Watch(direction.runtime, IDENTITY)
    before = eye.look()
    direction.wall += timedelta(hours=9)
    assert before.state == "paused"
    assert eye.look() == before


def test_a_verdict_needs_a_reason_a_subject_and_a_play(direction: Direction) -> None:
    """Each refusal says what is wrong and what to do; nothing is kept."""

    def refused(subject: str, verdict: str, reason: str = REASON, by: str = BY) -> str:
        wish = Wish(subject=subject, verdict=verdict, reason=reason, by=by)
        with pytest.raises(Problem) as told:
            (overrule if verdict else withdraw)(direction.runtime, IDENTITY, wish)
        return str(told.value)

    assert "motivé" in refused("toit", "manqué", reason="  ")
    assert "--by" in refused("toit", "manqué", by=" ")
    assert "ni un fait" in refused("tout", "manqué")
    assert "ni un fait" in refused("i05", "tenue")
    assert "pas un verdict" in refused("toit", "bof")
    assert "ne peut pas" in refused("toit", "tenue")
    assert "rien n’a été décidé" in refused("toit", "")
    unknown = direction.vigie("overrule", "ex-veille-courte-9", "toit", "manqué", "--by", BY)
    assert unknown.exit_code == 1
    assert "Aucune activation" in str(unknown.exception)
    assert direction.store.overrules(IDENTITY) == []


def test_verdicts_stand_beside_the_computed_ones_everywhere(direction: Direction) -> None:
    """In the score, its JSON, the journal and the debrief; never in the players' workbook."""
    said = ("--by", BY, "--reason", REASON)
    view = Watch(direction.runtime, IDENTITY).look()
    ref = next(row.ref for row in view.detected if row.fact.fact.id == "toit")
    for subject, verdict in (("toit", "Manquée"), ("i03", "met")):
        # What would colour a terminal or break a workbook's cell does not come in.
        wish = Wish(subject=subject, verdict=verdict, reason=f"\x1b{REASON}\x00\n", by=BY)
        overrule(direction.runtime, IDENTITY, wish)
    assert direction.vigie("overrule", IDENTITY, ref, "fausse", *said).exit_code == 0
    told = direction.vigie("score", IDENTITY).output
    assert f"fait toit : calculé « trouvé », décidé « manqué » par {BY} : {REASON}" in told
    assert "réaction à i03 : calculé « manquée », décidé « tenue »" in told
    data = json.loads(direction.vigie("score", IDENTITY, "--json").output)
    assert data["computed"]["found_count"] == data["ruled"]["found_count"] + 1
    assert data["computed"]["false_count"] == data["ruled"]["false_count"] - 1
    assert data["computed"]["reactions"]["met"] == data["ruled"]["reactions"]["met"] - 1
    entries = [entry for _, entry in direction.store.journal(IDENTITY)]
    kept = [entry for entry in entries if entry.action == "overrule"]
    assert [(entry.actor, entry.detail["reason"]) for entry in kept] == [(BY, REASON)] * 3
    _look_at_debrief(direction)
    publish(direction.runtime, IDENTITY)
    book = workbook_path(direction.runtime, direction.store.activation(IDENTITY))
    assert REASON not in _cells(book)
    assert direction.vigie("overrule", IDENTITY, ref, "--withdraw", *said).exit_code == 0
    assert len(direction.store.overrules(IDENTITY)) == 2


def _look_at_debrief(direction: Direction) -> None:
    made = make_debrief(direction.runtime, IDENTITY)
    by_ending = {path.suffix: path for path in made.paths}
    page = by_ending[".html"].read_text()
    assert "Décisions de la direction d’exercice" in page
    assert REASON in page
    scores = json.loads(by_ending[".json"].read_text())["scores"]
    assert {one["verdict"] for one in scores["rulings"]} == {"missed", "met", "false_row"}
    assert BY not in page
    assert REASON in _cells(by_ending[".xlsx"])


def _cells(path: Path) -> str:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True)
    return "\n".join(
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row
    )


def test_an_inject_fired_by_hand_is_told_and_written_between_two_sweeps(
    direction: Direction,
) -> None:
    """Whoever conducts sees it at the next beat; nobody waits for a sweep."""
    told: list[str] = []
    conductor = take_up(direction.runtime, IDENTITY)

    async def until_it_lies_there() -> None:
        beat = asyncio.create_task(Announcer(conductor, told.append).run())
        change_inject(direction.runtime, IDENTITY, "i08", "fired", BY)
        conductor.reload()
        while len(names(direction.injects)) < 2:
            await asyncio.sleep(0.01)
        beat.cancel()

    asyncio.run(asyncio.wait_for(until_it_lies_there(), 60))
    assert [line.split("  ")[0] for line in told] == ["T+00:12"]
    assert "T+00-12 i08 appel.txt" in names(direction.injects)
