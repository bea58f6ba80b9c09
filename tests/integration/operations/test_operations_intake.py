"""Intake by hand: what people paste, note and keep in lists becomes rows, once."""

from __future__ import annotations

import io

import openpyxl
import pytest
from typer.testing import CliRunner

from vigie.cli.main import app
from vigie.operations.intake import take_in
from vigie.problem import Problem, TransitionError

NOTE = "Maire de Champdôtre : deux familles isolées rue Haute\nPrévenu à 14 h, les pompiers y vont"
LIST = (
    "Date;Heure;Texte;Lien;Commune;Source\n"
    "20/11/2026;11:05;Cave inondée rue du Port;;Auxonne;CODIS\n"
    "20/11/2026;11:10;Arbre tombé sur la D20;https://a.example/1;Pluvet;\n"
    ";;;;;\n"
    "20/11/2026;11:15;;;Genlis;\n"
)


def give(stage, text, name="-", **more):
    """Take something in."""
    data = text if isinstance(text, bytes) else text.encode()
    return take_in(stage.runtime, stage.id, data, name=name, **{"by": "Claire", **more})


def test_a_note_becomes_a_row_that_says_who_entered_it(stage):
    """A telephone note is a row with its place, its source as told, and who typed it."""
    stage.open()
    account = give(stage, NOTE, origin="Appel de la mairie")
    assert (account.rows_count, account.new_count, len(account.refs)) == (1, 1, 1)
    row = stage.observation("deux familles")
    assert row.value("entered_by") == "Claire"
    assert row.value("source") == "Appel de la mairie"
    assert row.value("commune") == "Champdôtre"
    assert "Maire de Champdôtre" in str(row.value("summary"))
    stage.publish()
    sheet = stage.sheet("Main courante")
    assert sheet.get(sheet.row_of("deux familles"), "Saisi par") == "Claire"


def test_the_same_file_twice_changes_nothing(stage):
    """What was given before is known, in another name's hands and another encoding too."""
    stage.open()
    first = give(stage, LIST, "liste.csv")
    assert (first.rows_count, first.new_count, first.known_count) == (3, 2, 0)
    assert [line for line, _ in first.refused] == [5]
    again = give(stage, LIST.encode("cp1252"), "copie.csv", by="Denis")
    assert (again.new_count, again.known_count, again.refs) == (0, 2, ())
    assert len(stage.store.observations(stage.id)) == 2
    more = give(stage, LIST + "20/11/2026;11:20;La passerelle est fermée;;Brazey;\n", "liste.csv")
    assert (more.new_count, more.known_count) == (1, 2)


def test_a_list_as_a_workbook_is_read_like_a_csv(stage):
    """An .xlsx list gives the same rows; a formula nobody computed is refused with its line."""
    stage.open()
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Relevé de la cellule"])
    sheet.append(["Horodatage", "Message", "Lieu", "Auteur"])
    sheet.append(["20/11/2026 11h05", "Cave inondée rue du Port", "Auxonne", "voisin"])
    sheet.append(["20/11/2026 11h06", "=A1&B1", "Genlis", ""])
    sheet.append([None, None, "Pluvet", None])
    buffer = io.BytesIO()
    book.save(buffer)
    account = give(stage, buffer.getvalue(), "liste.xlsx")
    assert (account.rows_count, account.new_count) == (3, 1)
    assert [line for line, _ in account.refused] == [4, 5]
    assert stage.observation("Cave inondée").value("commune") == "Auxonne"
    assert "voisin" not in str(stage.store.observations(stage.id))


def test_pasted_links_become_rows_of_their_own(stage):
    """Three links are three rows that are never taken for one another."""
    stage.open()
    links = "".join(f"https://www.facebook.com/{name}/videos\n" for name in ("a", "b", "c"))
    assert len(give(stage, links).refs) == 3
    rows = stage.store.observations(stage.id)
    assert {row.value("link") for row in rows} == set(links.split())
    assert all(row.value("summary") for row in rows)


def test_intake_joins_what_sweeps_found(running):
    """What a caller says of a known fact joins its row: one fact, one row."""
    before = len(running.store.observations(running.id))
    account = give(running, "La D10 est coupée à Genlis, l'eau passe sur la chaussée, demi-tour")
    assert (account.refs, account.updated_count) == ((), 1)
    assert len(running.store.observations(running.id)) == before
    running.sweep()
    assert len(running.store.observations(running.id)) == before


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "-"),
        (b"   \n\n", "note.txt"),
        (b"a;b;c\n1;2;3\n", "liste.csv"),
        (b"PK\x03\x04 broken", "liste.xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "ancien.xls"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "photo.png"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(stage, data, name):
    """Empty, broken and foreign files are refused in words, and nothing changes."""
    stage.open()
    with pytest.raises(Problem):
        give(stage, data, name)
    assert stage.store.observations(stage.id) == []


def test_nobody_and_nowhere_are_refused(stage):
    """A name is needed, and an activation that runs."""
    stage.open()
    with pytest.raises(Problem):
        give(stage, NOTE, by="  ")
    stage.move("close", reason="fini")
    with pytest.raises(TransitionError):
        give(stage, NOTE)


def test_the_command_accounts_for_every_row(stage, tmp_path, monkeypatch):
    """``vigie intake`` prints what became of each row and ends with 1 if any was refused."""
    stage.open()
    monkeypatch.setenv("VIGIE_HOME", str(stage.settings.home))
    monkeypatch.setenv("VIGIE_CONVENTIONS", str(stage.conventions))
    file = tmp_path / "liste.csv"
    file.write_text(LIST, encoding="utf-8")
    command = ["intake", stage.id, str(file), "--by", "Claire", "--source", "CODIS 21"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 1, done.output
    assert "3 lignes données : 2 nouvelles" in done.output.replace("\u00a0", " ")
    assert "Ligne 5" in done.output
    note = CliRunner().invoke(app, ["intake", stage.id, "-", "--by", "Claire"], input=NOTE)
    assert note.exit_code == 0, note.output
    assert stage.observation("deux familles").value("entered_by") == "Claire"
