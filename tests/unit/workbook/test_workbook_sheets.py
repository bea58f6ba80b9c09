"""Every sheet file keeps the contract, in French."""

import pytest

from tests.unit.workbook import workbook_samples as samples
from vigie.convention.model import Workbook
from vigie.language import catalogue
from vigie.workbook.layout import BLOCK_COLUMN_COUNT, BLOCK_ROW_COUNT, SheetTable
from vigie.workbook.rendering import build_tables
from vigie.workbook.sheets import sheet_modules
from vigie.workbook.wording import fold

FRENCH = catalogue("fr")


@pytest.mark.parametrize("code", sheet_modules())
def test_a_sheet_file_keeps_the_contract(code):
    """Code, French title, columns with French titles and unique codes, the key first."""
    module = sheet_modules()[code]
    assert FRENCH.label("sheet", code) != code
    assert len(FRENCH.label("sheet", code)) <= 31
    if not hasattr(module, "COLUMNS"):
        assert len(module.WIDTHS) == BLOCK_COLUMN_COUNT
        lines = module.blocks(samples.content())
        assert 0 < len(lines) <= BLOCK_ROW_COUNT
        assert all(len(line) <= BLOCK_COLUMN_COUNT for line in lines)
        return
    wording = samples.content().wording
    titles = [wording.column_name(code, column.code) for column in module.COLUMNS]
    assert all(title != column.code for title, column in zip(titles, module.COLUMNS, strict=True))
    assert len({fold(title) for title in titles}) == len(titles)
    assert module.COLUMNS[0].owner == "machine"
    for column in module.COLUMNS:
        for choice in column.choices if column.choices_context else ():
            assert (
                wording.code_of(
                    column.choices_context, wording.label(column.choices_context, str(choice))
                )
                == choice
            )
    rows = module.rows(samples.content())
    keys = [row.key for row in rows]
    assert len(set(keys)) == len(keys)
    known = {column.code for column in module.COLUMNS}
    assert all(set(row.values) <= known for row in rows)


def test_the_log_has_the_titles_of_the_domain():
    """The 29 titles of the main log are those of the domain's table, word for word."""
    wording = samples.content().wording
    module = sheet_modules()["log"]
    titles = [wording.column_name("log", column.code) for column in module.COLUMNS]
    assert " · ".join(titles) == (
        "Réf · Observé à · Reçu à · Urgence · Statut · Catégorie · Résumé · Texte d'origine · "
        "Commune · Lieu · Lat · Lon · Précision (m) · Source · Lien · Auteur (pseudonyme) · "
        "Recoupements · Regroupé avec · Fiabilité source (A–F) · Crédibilité (1–6) · Saisi par · "
        "Preuves · Vérifié par · Suivi par · Action demandée · Destinataire · Transmis à · "
        "Accusé à · Commentaire"
    )


def test_missions_and_the_convention_choose_the_sheets():
    """Without the mission no Solidarité; a list of sheets leaves the others out but the log."""
    all_codes = [sheet.code for sheet in build_tables(samples.content())]
    assert all_codes == [
        "readme",
        "summary",
        "log",
        "solidarity",
        "team",
        "sources",
        "checks",
        "conflicts",
        "journal",
    ]
    without = samples.content(convention=samples.convention(missions=["monitoring"]))
    assert "solidarity" not in [sheet.code for sheet in build_tables(without)]
    few = samples.convention(workbook=Workbook(time_zones=["Europe/Paris"], sheets=["summary"]))
    codes = [sheet.code for sheet in build_tables(samples.content(convention=few))]
    assert codes == ["readme", "summary", "log"]


def test_withdrawn_rows_are_shown_and_counted_apart():
    """A withdrawn observation stays on the log, marked, and is in no counter."""
    rows = [samples.observation(1), samples.observation(2)]
    withdrawn = [
        rows[0],
        type(rows[1])(ref=rows[1].ref, machine=rows[1].machine, is_withdrawn=True),
    ]
    sheets = build_tables(samples.content(observations=withdrawn))
    log = next(sheet for sheet in sheets if isinstance(sheet, SheetTable) and sheet.code == "log")
    assert [row.style_hint for row in log.rows] == ["", "withdrawn"]
    summary = next(sheet for sheet in sheets if sheet.code == "summary")
    texts = [str(cell.value) for line in summary.lines for cell in line]
    assert "3. Observations : 1" in texts
