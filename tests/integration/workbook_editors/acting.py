"""What a person does in LibreOffice, step by step. Runs in a Python that knows UNO, not in ours.

Steps come as JSON on standard input, what they give goes to standard output. Every step is what a
hand does in the window: typing, sorting, inserting, hiding, drawing, saving.
"""

import json
import sys
import time
from pathlib import Path

import uno
from com.sun.star.awt import Point, Rectangle, Size
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.table import TableSortField
from com.sun.star.uno import RuntimeException

PATIENCE_SECONDS = 120
FORMATS = {"xlsx": "Calc MS Excel 2007 XML", "ods": "calc8", "pdf": "calc_pdf_Export"}


def value(name, content):
    """One named value of a call."""
    return PropertyValue(Name=name, Value=content)


def connected(pipe):
    """LibreOffice's desktop, as soon as it answers."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return context, context.ServiceManager.createInstanceWithContext(
                "com.sun.star.frame.Desktop", context
            )
        except (NoConnectException, RuntimeException):
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


class Person:
    """Somebody with one workbook open."""

    def __init__(self, context, desktop):
        self.context, self.desktop, self.book, self.sheet = context, desktop, None, None

    def open(self, path):
        """Open a workbook."""
        address = uno.systemPathToFileUrl(path)
        self.book = self.desktop.loadComponentFromURL(
            address, "_blank", 0, (value("Hidden", True),)
        )

    def go(self, sheet):
        """Choose a tab."""
        self.sheet = self.book.Sheets.getByName(sheet)

    def used(self):
        """Return the last row and the last column in use, from 0."""
        cursor = self.sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        return cursor.RangeAddress.EndRow, cursor.RangeAddress.EndColumn

    def column(self, title):
        """Return the column under a title, from 0."""
        for number in range(self.used()[1] + 1):
            if self.sheet.getCellByPosition(number, 1).String.startswith(title):
                return number
        raise LookupError(title)

    def row(self, text):
        """Return the row that says something, from 0."""
        last_row, last_column = self.used()
        area = self.sheet.getCellRangeByPosition(0, 2, last_column, last_row)
        for number, cells in enumerate(area.getDataArray(), start=2):
            if any(text in str(cell) for cell in cells):
                return number
        raise LookupError(text)

    def type(self, row, title, *, text=None, entry=None):
        """Type into a cell: a text, or an entry that the program makes sense of."""
        number = row if isinstance(row, int) else self.row(row)
        cell = self.sheet.getCellByPosition(self.column(title), number)
        if text is not None:
            cell.String = text
        else:
            cell.FormulaLocal = entry
        return [cell.String, cell.Formula]

    def insert_row(self, before, values):
        """Insert a row in the middle and type into it."""
        number = self.row(before)
        self.sheet.Rows.insertByIndex(number, 1)
        for title, text in values.items():
            self.sheet.getCellByPosition(self.column(title), number).String = text

    def sort(self, title, *, is_descending=False):
        """Sort the table by a column."""
        last_row, last_column = self.used()
        area = self.sheet.getCellRangeByPosition(0, 1, last_column, last_row)
        field = TableSortField(
            Field=self.column(title), IsAscending=not is_descending, IsCaseSensitive=False
        )
        fields = uno.Any("[]com.sun.star.table.TableSortField", (field,))
        area.sort((value("SortFields", fields), value("ContainsHeader", True)))
        return [str(row[0]) for row in area.getDataArray()]

    def filter(self, title, text):
        """Show only the rows that say something in a column."""
        last_row, last_column = self.used()
        area = self.sheet.getCellRangeByPosition(0, 1, last_column, last_row)
        description = area.createFilterDescriptor(True)
        field = uno.createUnoStruct("com.sun.star.sheet.TableFilterField")
        field.Field, field.IsNumeric, field.StringValue = self.column(title), False, text
        field.Operator = uno.Enum("com.sun.star.sheet.FilterOperator", "EQUAL")
        description.ContainsHeader = True
        description.setFilterFields((field,))
        area.filter(description)
        return sum(
            1 for number in range(2, last_row + 1) if self.sheet.Rows.getByIndex(number).IsVisible
        )

    def hide_column(self, title):
        """Hide a column."""
        self.sheet.Columns.getByIndex(self.column(title)).IsVisible = False

    def colour(self, row, title, number):
        """Give a cell a background."""
        cell = self.sheet.getCellByPosition(self.column(title), self.row(row))
        cell.CellBackColor = number

    def comment(self, row, title, text):
        """Put a note on a cell."""
        cell = self.sheet.getCellByPosition(self.column(title), self.row(row))
        self.sheet.Annotations.insertNew(cell.CellAddress, text)

    def draw(self, sheet, picture):
        """Add a sheet with figures, a formula, a chart, a picture and a text box."""
        self.book.Sheets.insertNewByName(sheet, self.book.Sheets.Count)
        self.go(sheet)
        figures = (("Commune", "Sacs"), ("Genlis", 40), ("Auxonne", 25), ("Longvic", 60))
        area = self.sheet.getCellRangeByName("A1:B4")
        area.setDataArray(figures)
        self.sheet.getCellRangeByName("B5").Formula = "=SUM(B2:B4)"
        self.sheet.Charts.addNewByName(
            "Sacs", Rectangle(8000, 500, 9000, 6000), (area.RangeAddress,), True, True
        )
        page = self.sheet.DrawPage
        provider = self.context.ServiceManager.createInstanceWithContext(
            "com.sun.star.graphic.GraphicProvider", self.context
        )
        image = self.book.createInstance("com.sun.star.drawing.GraphicObjectShape")
        image.Graphic = provider.queryGraphic((value("URL", uno.systemPathToFileUrl(picture)),))
        image.setSize(Size(3000, 3000))
        image.setPosition(Point(500, 4000))
        page.add(image)
        box = self.book.createInstance("com.sun.star.drawing.TextShape")
        box.setSize(Size(5000, 1500))
        box.setPosition(Point(500, 8000))
        page.add(box)
        box.String = "Appeler le maire avant midi"

    def save(self, path, form):
        """Save under a name in a format."""
        self.book.storeToURL(uno.systemPathToFileUrl(path), (value("FilterName", FORMATS[form]),))

    def print(self, sheet, path):
        """Print one sheet into a PDF."""
        for name in self.book.Sheets.ElementNames:
            known = self.book.Sheets.getByName(name)
            areas = ()
            if name == sheet:
                cursor = known.createCursor()
                cursor.gotoEndOfUsedArea(False)
                areas = (known.getCellRangeByName("A1:L45").RangeAddress,)
            known.setPrintAreas(areas)
        self.save(path, "pdf")

    def sheets(self):
        """Return the tabs."""
        return list(self.book.Sheets.ElementNames)

    def seen(self, sheet):
        """Return what a sheet shows of people's making."""
        known = self.book.Sheets.getByName(sheet)
        hidden = [n for n in range(40) if not known.Columns.getByIndex(n).IsVisible]
        notes = [note.String for note in known.Annotations]
        return {"hidden": hidden, "notes": notes, "shapes": known.DrawPage.Count}

    def close(self):
        """Close without saving."""
        self.book.close(True)


def main():
    """Do the steps."""
    steps = json.loads(sys.stdin.read())
    context, desktop = connected(sys.argv[1])
    person, answers = Person(context, desktop), []
    for step in steps:
        name = step.pop("do")
        if name == "end":
            try:
                desktop.terminate()
            except RuntimeException:  # the bridge goes with it
                answers.append(None)
            break
        answers.append(getattr(person, name)(**step))
    Path("/dev/stdout").write_text(json.dumps(answers), encoding="utf-8")


if __name__ == "__main__":
    main()
