"""The trend chart of Synthèse: drawn once, then people's; its figures follow the rows."""

from __future__ import annotations

import io
import shutil
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from tests.integration.workbook.test_workbook_libreoffice import resave
from tests.unit.workbook import workbook_samples as samples
from vigie.language import catalogue
from vigie.records.report import ReportHead
from vigie.workbook.package import refresh
from vigie.workbook.package.charts import FIRST_COLUMN, FIRST_ROW
from vigie.workbook.rendering import build_tables
from vigie.workbook.revisions import Marks
from vigie.workbook.trend import CHART_LINES, TREND_HOURS

MARKS = Marks(activation_id="cote-dor-1", revision=7, fingerprint="")
HEADING = "Tendance des nouvelles observations"


def written(previous: bytes | None, **changes: object) -> bytes:
    """Return the next revision of the sample workbook."""
    content = samples.content(**changes)
    sheets = build_tables(content)
    return refresh(previous, sheets, MARKS, catalogue("fr"), samples.ZONE, "real").data


def opened(data: bytes):
    """Return a workbook and its Synthèse."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return book, book["Synthèse"]


def saved(book) -> bytes:
    """Return a workbook as a person saves it."""
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def places(data: bytes) -> tuple[int, list[int]]:
    """Return the row of the trend's heading and the first rows (from 1) of the charts."""
    _, sheet = opened(data)
    heading = next(row[0].row for row in sheet.iter_rows(max_col=1) if row[0].value == HEADING)
    return heading, [chart.anchor._from.row + 1 for chart in sheet._charts]


ALARMS = [f"Source {number} muette" for number in range(6)]


def test_a_fresh_workbook_bears_one_chart_under_its_heading() -> None:
    """One chart, two lines below the heading, over lines that are empty."""
    data = written(None)
    heading, charts = places(data)
    assert charts == [heading + 2]
    _, sheet = opened(data)
    lines = sheet.iter_rows(min_row=heading + 2, max_row=heading + 1 + CHART_LINES, max_col=8)
    assert all(cell.value is None for line in lines for cell in line)


def test_the_figures_are_the_rows_of_each_hour() -> None:
    """What the chart shows adds up to the rows of the last day, lives at risk apart."""
    old = samples.observation(9, received_at=samples.NOW - timedelta(hours=TREND_HOURS, minutes=1))
    rows = [*samples.content().observations, old]
    book, _ = opened(written(None, observations=rows))
    hidden = book["_vigie"]
    figures = [
        [hidden.cell(row=row, column=column).value for row in range(FIRST_ROW + 1, FIRST_ROW + 25)]
        for column in range(FIRST_COLUMN + 1, FIRST_COLUMN + 4)
    ]
    assert sum(map(sum, figures)) == len(rows) - 1
    assert sum(figures[0]) == 1
    assert hidden.cell(row=FIRST_ROW, column=FIRST_COLUMN + 1).value == "vitale"


def test_the_chart_follows_its_heading_and_stays_one() -> None:
    """More alarms push it down, fewer pull it up; there is never a second one."""
    data = written(None)
    first, _ = places(data)
    data = written(data, alarms=ALARMS)
    heading, charts = places(data)
    assert heading > first
    assert charts == [heading + 2]
    heading, charts = places(written(data))
    assert (heading, charts) == (first, [first + 2])


def test_a_deleted_chart_stays_deleted() -> None:
    """Who takes it away means it."""
    book, sheet = opened(written(None))
    sheet._charts.clear()
    assert places(written(saved(book), alarms=ALARMS))[1] == []


def test_a_moved_chart_stays_where_it_was_put() -> None:
    """Who moves it is not corrected, and another chart of people's is not ours to touch."""
    book, sheet = opened(written(None))
    sheet._charts[0].anchor._from.row = 70
    theirs = openpyxl.chart.LineChart()
    theirs.add_data(openpyxl.chart.Reference(sheet, min_col=2, min_row=1, max_row=5))
    sheet.add_chart(theirs, "K3")
    _, charts = places(written(saved(book), alarms=ALARMS))
    assert sorted(charts) == [3, 71]


def test_a_workbook_from_before_the_chart_gets_it() -> None:
    """A file without chart and figures gets both at its next revision."""
    book, sheet = opened(written(None))
    sheet._charts.clear()
    hidden = book["_vigie"]
    for row in range(FIRST_ROW, FIRST_ROW + 25):
        for column in range(FIRST_COLUMN, FIRST_COLUMN + 4):
            hidden.cell(row=row, column=column).value = None
    heading, charts = places(written(saved(book)))
    assert charts == [heading + 2]


@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="NOT RUN: LibreOffice (soffice) is not installed"
)
def test_the_chart_survives_another_editor(tmp_path: Path) -> None:
    """Saved again by LibreOffice it is still one, is still found, and follows its heading."""
    data = resave(written(None), tmp_path, "xlsx:Calc MS Excel 2007 XML")
    data = written(data, alarms=ALARMS)
    heading, charts = places(data)
    assert len(charts) == 1
    assert abs(charts[0] - (heading + 2)) <= 1


def test_the_last_report_is_linked_and_an_overdue_one_is_told() -> None:
    """Synthèse leads to the newest report's file and says aloud which one did not come."""
    head = ReportHead(
        number=3,
        issued_at=samples.NOW,
        issued_by="Léa Petit",
        file_stem="Point de situation n° 3 cote-dor-1",
    )
    late = samples.NOW - timedelta(minutes=7)
    _, sheet = opened(written(None, last_report=head, situation_overdue_since=late))
    cells = [cell for line in sheet.iter_rows(max_row=8) for cell in line]
    (link,) = [cell for cell in cells if cell.hyperlink is not None and cell.value == "n° 3"]
    assert link.hyperlink.target == "Point%20de%20situation%20n%C2%B0%203%20cote-dor-1.html"
    said = " ".join(str(cell.value) for cell in cells if cell.value)
    assert "par Léa Petit" in said
    assert "13:58 est en retard" in said
