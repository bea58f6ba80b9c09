"""Files that come back by other ways: merged against their own base, never harming anything."""

from __future__ import annotations

import csv
import io
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from tests.integration.operations.stage import CELLAR, LIFE, ROAD, Editing, Stage
from tests.integration.workbook.test_workbook_libreoffice import SOFFICE, resave
from tests.payloads.workbooks.broken import broken_imports, broken_workbooks, rezip
from vigie.cli.main import app
from vigie.operations.import_telling import told_import
from vigie.operations.importing import ASIDE_FOLDER, ImportedFile, import_files
from vigie.operations.row_history import listed_conflicts, row_history
from vigie.problem import Problem, UnknownActivationError

LOG = "Main courante"
AS_CSV = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,false,false,false,3"
"""Semicolons, UTF-8, as shown, the third sheet. Source: LibreOffice, CSV filter options."""


@pytest.fixture
def running(make_stage: Callable[..., Stage]) -> Iterator[Stage]:
    """An activation of an exercise, swept and published once."""
    stage = make_stage("house")
    stage.open()
    stage.sweep()
    stage.publish()
    return stage


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    """A folder of attachments, outside the house."""
    folder = tmp_path / "courriel"
    folder.mkdir()
    return folder


def take(stage: Stage, *paths: Path, is_dry_run: bool = False) -> list[ImportedFile]:
    """Import as Anne."""
    return import_files(stage.runtime, stage.id, paths, by="Anne", is_dry_run=is_dry_run)


def typed(stage: Stage, copy: Path, row: str, column: str, value: object) -> None:
    """Let somebody type a value into a copy of the workbook."""
    with Editing(stage.path if not copy.exists() else copy, copy) as edited:
        log = edited.sheet(LOG)
        log.put(log.row_of(row), column, value)


def saved_as_csv(path: Path, target: Path, *, delimiter: str = ";", encoding: str = "cp1252"):
    """Save the main log as French Excel does: what the screen shows, one sheet."""
    sheet = openpyxl.load_workbook(path)[LOG]
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")
    for row in sheet.iter_rows():
        writer.writerow([_shown(cell.value) for cell in row])
    target.write_bytes(buffer.getvalue().encode(encoding, "replace"))


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, float):
        return f"{value:.5f}".rstrip("0").replace(".", ",")
    return "" if value is None else str(value)


def cell(stage: Stage, text: str, column: str) -> object:
    """Return what stands in the store for a row."""
    return stage.observation(text).value(column)


def test_a_mailed_copy_is_merged_against_its_own_base(running: Stage, mail: Path) -> None:
    """A copy of revision 1 that returns after revision 3 brings its edits and undoes none."""
    copy = mail / "copie de Léa.xlsx"
    typed(running, copy, ROAD, "Suivi par", "Léa")
    with Editing(copy) as edited:
        log = edited.sheet(LOG)
        log.put(log.first_empty(), "Résumé", "Un arbre couché rue du Moulin à Auxonne")
    typed(running, running.path, CELLAR, "Commentaire", "pompe demandée")
    running.server.set_wave(2)
    running.sweep()
    for _ in range(2):
        running.clock.forward(11)
        running.publish()
    (outcome,) = take(running, copy)
    assert (outcome.fault, outcome.edit_count, outcome.added_count) == ("", 1, 1)
    assert cell(running, ROAD, "followed_by") == "Léa"
    assert cell(running, CELLAR, "comment") == "pompe demandée"
    assert running.observation("Un arbre couché").is_added_by_people
    assert running.store.conflicts(running.id) == []
    entries = [e for _, e in running.store.journal(running.id) if e.field == "followed_by"]
    assert [e.detail for e in entries] == [
        {"revision": "1", "file": copy.name, "imported_by": "Anne"}
    ]
    running.publish()
    assert running.sheet(LOG).row_of("Un arbre couché")


def test_the_same_file_twice_changes_nothing(running: Stage, mail: Path) -> None:
    """What people changed after an import stays when the same file is imported again."""
    copy = mail / "copie.xlsx"
    typed(running, copy, ROAD, "Suivi par", "Léa")
    take(running, copy)
    running.publish()
    typed(running, running.path, ROAD, "Suivi par", "Marc")
    running.publish()
    journal = running.store.journal(running.id)
    (again,) = take(running, copy)
    assert again.is_known
    assert running.store.journal(running.id) == journal
    assert cell(running, ROAD, "followed_by") == "Marc"


def test_a_dry_run_says_everything_and_changes_nothing(running: Stage, mail: Path) -> None:
    """--dry-run tells each cell before and after, and leaves store and folder as they were."""
    copy = mail / "copie.xlsx"
    typed(running, copy, ROAD, "Statut", "en cours")
    (mail / "photo.csv").write_bytes(b"\x89PNG....")
    before = (running.store.journal(running.id), running.store.observations(running.id))
    outcomes = take(running, mail, is_dry_run=True)
    activation = running.store.activation(running.id)
    told = "\n".join(
        line for one in outcomes for line in told_import(running.runtime, activation, one)
    )
    assert "Statut : « non vérifié » → « en cours »" in told
    assert "C’est une image" in told
    assert (running.store.journal(running.id), running.store.observations(running.id)) == before
    assert not (running.path.parent / ASIDE_FOLDER).exists()


def test_missing_rows_are_no_deletion(running: Stage, mail: Path) -> None:
    """A copy of which most rows are gone asks nothing and takes nothing away."""
    copy = mail / "extrait.xlsx"
    with Editing(running.path, copy) as edited:
        log = edited.sheet(LOG)
        row = log.row_of(LIFE)
        log.put(row, "Suivi par", "Léa")
        log.sheet.delete_rows(row + 1, 50)
        log.sheet.delete_rows(log.header_row + 1, row - log.header_row - 1)
    count = len(running.store.observations(running.id))
    (outcome,) = take(running, copy)
    assert (outcome.edit_count, outcome.notes) == (1, ())
    assert running.store.conflicts(running.id) == []
    assert not [o for o in running.store.observations(running.id) if o.is_withdrawn]
    assert len(running.store.observations(running.id)) == count


@pytest.mark.parametrize(
    ("delimiter", "encoding"),
    [(";", "cp1252"), (";", "utf-8-sig"), (",", "utf-8"), ("\t", "utf-16")],
)
def test_a_csv_as_excel_saves_it_gives_only_the_edits(
    running: Stage, mail: Path, delimiter: str, encoding: str
) -> None:
    """Accents, dates, decimals and line breaks of an export are no edits; what was typed is one."""
    typed(running, running.path, ROAD, "Commentaire", "+33 3 80 00 00 00")
    typed(running, running.path, CELLAR, "Commentaire", "=1+1")
    running.publish()
    copy, exported = mail / "copie.xlsx", mail / "export.csv"
    typed(running, copy, ROAD, "Statut", "en cours")
    with Editing(copy) as edited:
        log = edited.sheet(LOG)
        log.put(log.row_of(CELLAR), "Suivi par", None)
        added = log.first_empty()
        log.put(added, "Résumé", "Été brûlé à Beaune ; œuvre « détruite »")
        log.put(added, "Commentaire", "-12,5")
    saved_as_csv(copy, exported, delimiter=delimiter, encoding=encoding)
    (foreseen,) = take(running, exported, is_dry_run=True)
    assert foreseen.fault == ""
    assert foreseen.foreseen is not None
    assert [(e.column, e.value) for e in foreseen.foreseen.edits] == [("status", "in_progress")]
    (outcome,) = take(running, exported)
    assert (outcome.edit_count, outcome.added_count) == (1, 1)
    assert cell(running, "Été brûlé", "comment") in ("-12,5", -12.5)
    assert cell(running, ROAD, "comment") == "+33 3 80 00 00 00"
    assert cell(running, CELLAR, "comment") == "=1+1"
    assert running.store.conflicts(running.id) == []
    entries = [e for _, e in running.store.journal(running.id) if e.field == "status"]
    assert entries[-1].detail["revision"] == "2"
    running.publish()
    log = running.sheet(LOG)
    written = log.sheet.cell(log.row_of(CELLAR), log.column("Commentaire"))
    assert (written.value, written.data_type) == ("=1+1", "s")


def test_an_xlsm_brings_its_values_and_no_macro(running: Stage, mail: Path) -> None:
    """Of a workbook with macros the cells are merged; nothing of the macro comes to our file."""
    copy = mail / "avec macro.xlsm"
    plain = mail / "plain.xlsx"
    typed(running, plain, ROAD, "Suivi par", "Léa")
    copy.write_bytes(rezip(plain.read_bytes(), {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0macro"}))
    (outcome,) = take(running, copy)
    assert outcome.edit_count == 1
    running.publish()
    assert b"vbaProject" not in running.path.read_bytes()


def test_a_formula_is_merged_by_its_last_value(running: Stage, mail: Path) -> None:
    """A formula that an editor computed counts by its value; one never computed is no edit."""
    copy = mail / "formules.xlsx"
    with Editing(running.path, copy) as edited:
        log = edited.sheet(LOG)
        row = log.row_of(ROAD)
        log.sheet.cell(row, log.column("Commentaire")).value = '="vu "&2'
        log.sheet.cell(row, log.column("Suivi par")).value = "=1+1"
    data = copy.read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [
            n
            for n in archive.namelist()
            if b'"vu "' in archive.read(n) or (b"&quot;vu" in archive.read(n))
        ]
        xml = archive.read(names[0]).decode()
    pattern = r'(<c r="[A-Z]+\d+"[^>]*?)(>)(<f>(?:"|&quot;)vu[^<]*</f>)<v ?/?>(?:</v>)?'
    xml = re.sub(pattern, r'\1 t="str"\2\3<v>vu 2</v>', xml)
    assert "<v>vu 2</v>" in xml
    copy.write_bytes(rezip(data, {names[0]: xml.encode()}))
    (outcome,) = take(running, copy)
    assert outcome.edit_count == 1
    assert cell(running, ROAD, "comment") == "vu 2"
    assert cell(running, ROAD, "followed_by") is None


def test_broken_files_are_set_aside_and_harm_nothing(running: Stage, mail: Path) -> None:
    """A folder of broken files: each with its sentence, a dated copy, and the rest goes on."""
    table = {**broken_workbooks(running.path.read_bytes()), **broken_imports()}
    contents = {}
    for name, (data, _) in table.items():
        (mail / name).write_bytes(data)
        contents[name] = data
    good = mail / "zz copie.xlsx"
    typed(running, good, ROAD, "Suivi par", "Léa")
    rows = running.store.observations(running.id)
    outcomes = {one.name: one for one in take(running, *sorted(mail.iterdir()))}
    for name, (data, sentence) in table.items():
        outcome = outcomes[name]
        assert outcome.fault.startswith(sentence), name
        assert (mail / name).read_bytes() == contents[name]
        assert (outcome.aside is None) == (data == b"")
        if outcome.aside is not None:
            assert outcome.aside.read_bytes() == data
            assert "(illisible 2026-11-20 110000Z " in outcome.aside.name
            assert outcome.aside.stat().st_mode & 0o077 == 0
    assert outcomes[good.name].edit_count == 1
    assert len(running.store.observations(running.id)) == len(rows)
    journal = [e for _, e in running.store.journal(running.id) if e.action == "set_aside"]
    assert len(journal) == len(table)


def test_foreign_workbooks_stay_out(
    running: Stage, make_stage: Callable[..., Stage], mail: Path
) -> None:
    """Another activation's workbook, and one of the other world, say whose they are."""
    mine = running.id
    running.open(event="Autre crue")
    running.publish()
    other = mail / "autre.xlsx"
    shutil.copy(running.path, other)
    other_id, running.id = running.id, mine
    real = make_stage("real", kind="real")
    real.open()
    real.publish()
    shutil.copy(real.path, mail / "réel.xlsx")
    shutil.copy(running.path, mail / "exercice.xlsx")
    saved_as_csv(running.path, mail / "exercice.csv")
    (outcome,) = take(running, other)
    assert outcome.fault.startswith(f"Ce classeur est celui de {other_id}") or (
        other_id in outcome.fault
    )
    assert outcome.aside is not None
    assert "autre-activation" in outcome.aside.name
    (outcome,) = take(running, mail / "réel.xlsx")
    assert outcome.fault.startswith("Ce classeur est celui d’une activation réelle (cote-dor-1)")
    assert outcome.aside is None
    for name in ("exercice.xlsx", "exercice.csv"):
        (outcome,) = take(real, mail / name)
        assert outcome.fault.startswith(f"Ce classeur est celui d’un exercice ({mine})")
        assert outcome.aside is not None
    assert real.store.observations(real.id) == []


def test_the_shared_file_itself_says_the_same(running: Stage, make_stage) -> None:
    """A real workbook saved over an exercise's is set aside with the same sentence."""
    real = make_stage("real", kind="real")
    real.open()
    real.publish()
    shutil.copy(real.path, running.path)
    published = running.publish()
    assert any("activation réelle (cote-dor-1)" in note for note in published.notes)
    assert running.sheet(LOG).row_of(ROAD)


def test_a_list_without_references_is_sent_to_intake(running: Stage, mail: Path) -> None:
    """A .csv with our titles and none of our references is no workbook that came back."""
    file = mail / "liste.csv"
    file.write_text("Réf;Résumé;Commune\n;Cave inondée;Genlis\n", encoding="utf-8")
    (outcome,) = take(running, file)
    assert outcome.fault.startswith(f"Aucune référence de {running.id} n’est dans le fichier.")


def test_order_of_a_batch_is_that_of_saving(running: Stage, mail: Path) -> None:
    """Of two copies that changed one cell the one saved later stands, whatever the names say."""
    for name, minute, value in (("a.xlsx", 59, "Léa"), ("b.xlsx", 30, "Marc")):
        copy = mail / name
        with Editing(running.path, copy) as edited:
            log = edited.sheet(LOG)
            log.put(log.row_of(ROAD), "Suivi par", value)
        xml = f"2026-11-20T10:{minute}:00Z"
        data = copy.read_bytes()
        core = zipfile.ZipFile(io.BytesIO(data)).read("docProps/core.xml").decode()
        core = re.sub(r"(<dcterms:modified[^>]*>)[^<]*", rf"\g<1>{xml}", core)
        copy.write_bytes(rezip(data, {"docProps/core.xml": core.encode()}))
    take(running, mail)
    assert cell(running, ROAD, "followed_by") == "Léa"
    (conflict,) = running.store.conflicts(running.id)
    assert {conflict.standing, conflict.other} == {"Léa", "Marc"}


def test_history_tells_a_rows_life_and_conflicts_the_questions(running: Stage, mail: Path) -> None:
    """Captured, changed by a hand in a file, typed over: all in order, with revision and file."""
    copy = mail / "copie.xlsx"
    typed(running, copy, ROAD, "Statut", "en cours")
    typed(running, copy, ROAD, "Source", "ma voisine")
    take(running, copy)
    ref = running.observation(ROAD).ref
    lines = row_history(running.runtime, running.id, f" {ref.lower()}")
    assert lines[0].startswith(f"{ref} · {LOG}")
    assert any("capté de" in line for line in lines)
    assert any("Statut : « non vérifié » → « en cours »" in line for line in lines)
    assert any("copie.xlsx" in line and "Anne" in line for line in lines)
    (asked,) = listed_conflicts(running.runtime, running.id)
    assert "« ma voisine » est gardé" in asked
    assert asked.strip() in [line.strip() for line in lines]
    with pytest.raises(UnknownActivationError):
        row_history(running.runtime, running.id, "CO21-9999")


def test_a_missing_path_is_told_before_anything_is_read(running: Stage, mail: Path) -> None:
    """A wrong path is the reader's mistake, told in one sentence."""
    with pytest.raises(Problem, match="n’existe pas"):
        take(running, mail / "rien.xlsx")


@pytest.mark.skipif(SOFFICE is None, reason="NOT RUN: LibreOffice (soffice) is not installed")
@pytest.mark.parametrize("kind", ["ods", AS_CSV], ids=["ods", "csv"])
def test_libreoffice_saves_as_another_kind_without_a_false_edit(
    running: Stage, mail: Path, tmp_path: Path, kind: str
) -> None:
    """Saved as .ods or .csv by LibreOffice: only what was typed comes back, text stays text."""
    for row, text in ((ROAD, "=1+1"), (LIFE, "+33 6 12 34 56 78"), (CELLAR, "-12,5")):
        typed(running, running.path, row, "Commentaire", text)
    running.publish()
    copy = mail / "copie.xlsx"
    with Editing(running.path, copy) as edited:
        log = edited.sheet(LOG)
        log.put(log.row_of(ROAD), "Suivi par", "Léa")
        log.put(log.row_of(LIFE), "Commentaire", "＝cmd|' /C calc'!A0")
        edited.book.active = edited.book.sheetnames.index(LOG)
    suffix = kind.partition(":")[0]
    folder = tmp_path / "office"
    folder.mkdir()
    try:
        data = resave(copy.read_bytes(), folder, kind)
    except FileNotFoundError:
        data = next((folder / "saved").glob(f"*{LOG}*.{suffix}")).read_bytes()
    came = mail / f"retour.{suffix}"
    came.write_bytes(data)
    (outcome,) = take(running, came)
    assert (outcome.fault, outcome.edit_count, outcome.added_count) == ("", 2, 0)
    assert running.store.conflicts(running.id) == []
    running.publish()
    log = running.sheet(LOG)
    for row, text in ((ROAD, "=1+1"), (LIFE, "＝cmd|' /C calc'!A0"), (CELLAR, "-12,5")):
        written = log.sheet.cell(log.row_of(row), log.column("Commentaire"))
        assert (written.value, written.data_type) == (text, "s")


def test_the_command_line_imports_lists_and_tells(
    running: Stage, mail: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Import, conflicts and history by their verbs; a broken file among good ones ends with 1."""
    monkeypatch.setenv("VIGIE_HOME", str(running.settings.home))
    monkeypatch.setenv("VIGIE_CONVENTIONS", str(running.conventions))
    copy = mail / "copie.xlsx"
    typed(running, copy, ROAD, "Suivi par", "Léa")
    typed(running, copy, ROAD, "Source", "ma voisine")
    run = CliRunner().invoke

    def told(*words: str) -> tuple[int, str]:
        result = run(app, ["workbook", *words])
        return result.exit_code, result.output

    code, output = told("import", running.id, str(mail), "--by", "Anne", "--dry-run")
    assert (code, "Suivi par : «  » → « Léa »" in " ".join(output.split("\n"))) == (0, True)
    code, output = told("import", running.id, str(mail), "--by", "Anne")
    assert (code, "Révision 2" in output) == (0, True)
    assert "copie.xlsx : 2 cellule(s) changée(s), 0 ligne(s) ajoutée(s)." in output
    (mail / "photo.xlsx").write_bytes(b"\x89PNG....")
    code, output = told("import", running.id, str(mail), "--by", "Anne")
    assert code == 1
    assert "déjà repris" in output
    assert "C’est une image ou une vidéo, pas un classeur." in output
    assert "ma voisine" in told("conflicts", running.id)[1]
    assert "Suivi par" in told("history", running.id, running.observation(ROAD).ref)[1]
    assert told("history", running.id, "CO21-9999")[0] == 1


def test_a_private_copy_that_is_sent_again_says_only_what_is_new(
    running: Stage, mail: Path
) -> None:
    """What it said the first time, and others changed since, is not said again."""
    copy = mail / "copie.xlsx"
    typed(running, copy, ROAD, "Suivi par", "Léa")
    take(running, copy)
    running.publish()
    typed(running, running.path, ROAD, "Suivi par", "Marc")
    running.publish()
    typed(running, copy, CELLAR, "Commentaire", "vu")
    (again,) = take(running, copy)
    assert again.edit_count == 1
    assert cell(running, ROAD, "followed_by") == "Marc"
    assert cell(running, CELLAR, "comment") == "vu"
    assert running.store.conflicts(running.id) == []
