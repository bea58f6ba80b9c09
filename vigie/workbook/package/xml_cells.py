"""One cell of people's file that may be touched, with as much of openpyxl's cell as ours need.

Called by ``xml_sheet``. Remembers what was set and registers itself with its sheet only then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openpyxl.utils import get_column_letter

if TYPE_CHECKING:
    from vigie.workbook.package.xml_sheet import PatchSheet


class TouchedCell:
    """A cell that is in the file, or could be.

    Args:
        sheet: Its sheet.
        row: From 1.
        column: From 1.
    """

    __slots__ = (
        "_new_format",
        "_new_link",
        "_new_quote",
        "_new_style",
        "_new_value",
        "column",
        "data_type",
        "is_linked",
        "is_written",
        "row",
        "sheet",
    )

    def __init__(self, sheet: PatchSheet, row: int, column: int) -> None:
        self.sheet, self.row, self.column = sheet, row, column
        self.is_written = self.is_linked = False
        self._new_value: Any = None
        self._new_link: Any = None
        self._new_style: Any = None
        self._new_format: str | None = None
        self._new_quote: bool | None = None
        self.data_type = "n"

    @property
    def coordinate(self) -> str:
        """Its name, such as ``B7``."""
        return f"{get_column_letter(self.column)}{self.row}"

    @property
    def index(self) -> int | None:
        """The number of its look in the file; None for a cell that is not there."""
        element = self.sheet.rows.cell(self.row, self.column)
        return int(element.get("s") or 0) if element is not None else None

    @property
    def has_style(self) -> bool:
        """Whether people or Vigie gave it a look."""
        return bool(self.index)

    @property
    def quotePrefix(self) -> bool:  # noqa: N802 - openpyxl's name
        """Whether it is text whatever it begins with."""
        return self.sheet.styles.is_quoted(self.index or 0)

    @quotePrefix.setter
    def quotePrefix(self, is_quoted: bool) -> None:  # noqa: N802 - openpyxl's name
        self._new_quote = is_quoted
        self.sheet.touch(self)

    @property
    def number_format(self) -> str:
        """Its number format."""
        if self._new_style is not None:
            return self.sheet.format_of(self._new_style)
        return self._new_format or self.sheet.styles.number_format(self.index or 0)

    @number_format.setter
    def number_format(self, code: str) -> None:
        self._new_format = code
        self.sheet.touch(self)

    @property
    def _style(self) -> Any:
        return self._new_style

    @_style.setter
    def _style(self, style: Any) -> None:
        self._new_style = style
        self.sheet.touch(self)

    @property
    def _value(self) -> Any:
        return self._new_value if self.is_written else self.sheet.value(self.row, self.column)

    @_value.setter
    def _value(self, value: Any) -> None:
        self._new_value, self.is_written = value, True
        self.sheet.touch(self)

    @property
    def value(self) -> Any:
        """Its value: what was written, else what people left."""
        return self._value

    @value.setter
    def value(self, text: str) -> None:
        self._value, self.data_type = text, "s"

    @property
    def hyperlink(self) -> Any:
        """Something true where the cell is a link."""
        return self._hyperlink

    @property
    def _hyperlink(self) -> Any:
        if self.is_linked:
            return self._new_link
        return self.sheet.link(self.coordinate)

    @_hyperlink.setter
    def _hyperlink(self, link: Any) -> None:
        known = self.sheet.link(self.coordinate)
        if link is None and known is None:
            return
        is_known = link is not None and known is not None
        if is_known and (link.target, link.location) == (known.target, known.location):
            return
        self._new_link, self.is_linked = link, True
        self.sheet.touch(self)

    def look(self) -> int:
        """Return the number of the look that it shall have."""
        styles = self.sheet.styles
        fresh = self._new_style
        index = styles.index(fresh) if fresh is not None else self.index or 0
        if self._new_quote is None and self._new_format is None:
            return index
        is_quoted = styles.is_quoted(index) if self._new_quote is None else self._new_quote
        return styles.changed(index, is_quoted=is_quoted, code=self._new_format)
