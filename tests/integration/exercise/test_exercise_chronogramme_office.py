"""A chronogramme of 200 rows from a spreadsheet: ten faults in one run; mended, it comes back."""

from __future__ import annotations

import csv
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from vigie.cli.main import app
from vigie.exercise.chronogramme import read_chronogramme, scenario_tables
from vigie.exercise.scenario import minutes_of
from vigie.operations.chronogrammes import export_scenario, import_chronogramme
from vigie.operations.guarded_reading import reader
from vigie.operations.scenarios import installed_conventions, scenario_at
from vigie.problem import Problem
from vigie.settings import Settings

ROOT = Path(__file__).parents[3]
SOFFICE = shutil.which("soffice")
NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
TITLES = {
    "Contenu": "STIMULUS",
    "N°": "n°",
    "Heure": "Horaire",
    "De": "Émetteur",
    "À": "Destinataire",
    "Canal": "Vecteur",
    "Source": "source",
    "Titre": "Objet",
    "Renvoi à": "Renvoi",
    "Affiché à": "Visible à",
    "Média": "Photo",
    "Vérité": "Verite",
    "Fait": "Fait",
    "Réaction attendue": "Action attendue",
    "Délai (min)": "Délai",
    "Rôle attendu": "Rôle",
    "Livrable": "Attendu",
    "Observations": "Remarques",
}
"""Our titles in the order and words of a trainer's own sheet."""
HEADER_ROW = 4
FAULTS = (
    (10, "Heure", "25:70"),
    (25, "Heure", "plus tard"),
    (45, "De", "personne-de-connu"),
    (55, "Canal", "pigeon voyageur"),
    (70, "Vérité", "possible"),
    (85, "Fait", "fait-inconnu"),
    (120, "Source", "myspace"),
    (140, "N°", "i130"),
    (160, "Heure", "18:45"),
    (199, "Contenu", ""),
)
"""Row of the chronogramme (from 1 below the titles), our title, what is wrong there."""


@pytest.fixture
def settings() -> Settings:
    """The shipped conventions."""
    return Settings(conventions=ROOT / "conventions")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A copy of the shipped flood, into which a chronogramme is imported."""
    path = tmp_path / "scenarios" / "crue-ouche.yml"
    path.parent.mkdir()
    shutil.copy(ROOT / "data" / "scenarios" / "crue-ouche.yml", path)
    return path


def rows_of(target: Path, settings: Settings) -> list[dict[str, str]]:
    """Return 200 rows: the flood's own as people write them, hours by the clock, and more posts."""
    table = scenario_tables(scenario_at(target, settings))[0]
    titles = [column.title for column in table.columns]
    rows = [
        {title: "" if cell is None else str(cell) for title, cell in zip(titles, row, strict=True)}
        for row in table.rows
    ]
    for row in rows:
        minute = 5 * 60 + 30 + minutes_of(row["Heure"])
        row["Heure"] = f"{minute // 60:02d}:{minute % 60:02d}"
    for number in range(len(rows) + 1, 201):
        row = dict.fromkeys(titles, "")
        row |= {"N°": f"i{number:03d}", "Heure": "10:45", "De": "ronchon", "À": "tous"}
        row |= {"Canal": "message", "Source": "piaille", "Vérité": "bruit"}
        row |= {"Contenu": f"encore un café, le {number}e, #Ouche et toujours rien de neuf"}
        rows.append(row)
    assert len(rows) == 200
    return rows


def made(rows: list[dict[str, str]], folder: Path, name: str) -> Path:
    """Return the rows as a file: made by LibreOffice where it is, else by openpyxl, said aloud."""
    lines = [["EXERCICE CRUE : chronogramme"], ["SIDPC, version 3"], []]
    lines += [list(TITLES.values())]
    lines += [[row[title] for title in TITLES] for row in rows]
    lines += [[""] * len(TITLES)] * 20
    path = folder / f"{name}.xlsx"
    if SOFFICE is None:
        print("LibreOffice (soffice) is not installed: the file is made by openpyxl")
        book = openpyxl.Workbook()
        for line in lines:
            book.active.append([cell or None for cell in line])
        book.save(path)
        return path
    source = folder / f"{name}.csv"
    with source.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(lines)
    home = folder / "home"
    home.mkdir(exist_ok=True)
    subprocess.run(
        [
            SOFFICE,
            f"-env:UserInstallation={(home / 'profile').as_uri()}",
            *("--headless", "--infilter=CSV:44,34,76,1"),
            *("--convert-to", "xlsx", "--outdir", str(folder), str(source)),
        ],
        check=True,
        capture_output=True,
        timeout=180,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
    )
    return path


def test_ten_faults_in_one_run_and_mended_it_comes_back_whole(
    tmp_path: Path, target: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All ten are named with sheet, row and column; nothing is written before all are mended."""
    monkeypatch.setenv("VIGIE_CONVENTIONS", str(settings.conventions))
    before = target.read_bytes()
    right = rows_of(target, settings)
    wrong = [dict(row) for row in right]
    for number, title, value in FAULTS:
        wrong[number - 1][title] = value
    file = made(wrong, tmp_path, "faux")
    told = CliRunner().invoke(app, ["exercise", "import", str(file), "--into", str(target)])
    assert told.exit_code == 1, told.output
    lines = [line for line in told.stdout.splitlines() if "ligne" in line]
    for number, title, _ in FAULTS:
        place = f"ligne {HEADER_ROW + number}, colonne « {TITLES[title]} »"
        assert sum(place in line for line in lines) == 1, (place, told.stdout)
    assert len(lines) == len(FAULTS), told.stdout
    assert target.read_bytes() == before

    mended = made(right, tmp_path, "juste")
    dry = CliRunner().invoke(
        app, ["exercise", "import", str(mended), "--into", str(target), "--dry-run"]
    )
    assert dry.exit_code == 0, dry.output
    assert "i200" in dry.stdout
    assert target.read_bytes() == before
    outcome = import_chronogramme(mended, target, settings, is_dry_run=False)
    assert len(outcome.scenario.injects) == 200
    assert scenario_at(target, settings) == outcome.scenario
    again = import_chronogramme(mended, target, settings, is_dry_run=False)
    assert again.changes == ()

    out = tmp_path / "rendu.xlsx"
    export_scenario(str(target), out, settings, NOW)
    written = scenario_tables(outcome.scenario)[0]
    titles = [column.title for column in written.columns]
    for row, cells in zip(right, written.rows, strict=True):
        shown = {
            title: "" if cell is None else str(cell)
            for title, cell in zip(titles, cells, strict=True)
        }
        for title in set(TITLES) - {"Heure", "Affiché à"}:
            assert shown[title] == row[title], (row["N°"], title)
    back = import_chronogramme(out, target, settings, is_dry_run=False)
    assert back.changes == ()
    assert back.scenario == outcome.scenario


@pytest.mark.skipif(SOFFICE is None, reason="NOT RUN: LibreOffice (soffice) is not installed")
@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_a_scenario_saved_by_libreoffice_is_the_same(
    form: str, tmp_path: Path, settings: Settings
) -> None:
    """Opened and saved by LibreOffice, as .xlsx or .ods, every sheet comes back whole."""
    shipped = ROOT / "data" / "scenarios" / "crue-ouche.yml"
    out, home = tmp_path / "crue.xlsx", tmp_path / "home"
    home.mkdir()
    scenario = export_scenario(str(shipped), out, settings, NOW)
    subprocess.run(
        [
            str(SOFFICE),
            f"-env:UserInstallation={(home / 'profile').as_uri()}",
            *("--headless", "--convert-to", form, "--outdir", str(tmp_path / "saved"), str(out)),
        ],
        check=True,
        capture_output=True,
        timeout=180,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
    )
    book = reader().read_tables((tmp_path / "saved" / f"crue.{form}").read_bytes(), [])
    read = read_chronogramme(book, None, installed_conventions(settings))
    assert read.scenario == scenario


def test_files_are_neither_overwritten_nor_taken_for_others(
    tmp_path: Path, target: Path, settings: Settings
) -> None:
    """An export never replaces a file; an import goes only into the file of its own scenario."""
    out = tmp_path / "crue.xlsx"
    export_scenario(str(target), out, settings, NOW)
    kept = out.read_bytes()
    with pytest.raises(Problem, match="existe déjà"):
        export_scenario(str(target), out, settings, NOW)
    assert out.read_bytes() == kept
    with pytest.raises(Problem, match=r"crue-ouche\.yml"):
        import_chronogramme(out, tmp_path / "autre.yml", settings, is_dry_run=False)
    assert not (tmp_path / "autre.yml").exists()
    new = tmp_path / "crue-ouche.yml"
    outcome = import_chronogramme(out, new, settings, is_dry_run=False)
    assert scenario_at(new, settings) == outcome.scenario == scenario_at(target, settings)
    for data in (b"", b"PK\x03\x04 broken", b"%PDF-1.7"):
        bad = tmp_path / "bad.xlsx"
        bad.write_bytes(data)
        with pytest.raises(Problem):
            import_chronogramme(bad, target, settings, is_dry_run=True)
