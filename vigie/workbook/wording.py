"""The words of one workbook: titles, labels and their codes, and the time zone of its clocks.

Made once for each file by ``package`` and the sheets. Pure. Reading is lenient (case, accents,
spaces, the zone suffix), writing is exact.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from zoneinfo import ZoneInfo

from vigie.language import Catalogue
from vigie.workbook.layout import Column

_ZONE_SUFFIX = re.compile(r"\s*\([a-z]+(?:/[a-z_]+)+\)\s*$|\s*\(utc\)\s*$")


def fold(text: str) -> str:
    """Return a text without case, accents, outer and double spaces and typographic quotes."""
    decomposed = unicodedata.normalize("NFD", text.replace("’", "'").replace("\u00a0", " "))
    bare = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    return " ".join(bare.casefold().split())


def fold_title(text: str) -> str:
    """Return a header's title folded and without the time zone that it may name."""
    return _ZONE_SUFFIX.sub("", fold(text))


@dataclass(frozen=True)
class Wording:
    """Catalogue, time zone and the convention's own category names.

    Args:
        catalogue: The workbook's language.
        time_zone: IANA name such as ``Europe/Paris``; times are shown in it.
        categories: Category code to the convention's name (added or renamed).
    """

    catalogue: Catalogue
    time_zone: str
    categories: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone of what people see."""
        return ZoneInfo(self.time_zone)

    @cached_property
    def _codes(self) -> dict[str, dict[str, str]]:
        return {}

    def sheet_title(self, sheet: str) -> str:
        """Return the name on a sheet's tab."""
        return self.catalogue.label("sheet", sheet)

    def column_title(self, sheet: str, column: Column) -> str:
        """Return a header; times name their zone in it."""
        title = self.column_name(sheet, column.code)
        return f"{title} ({self.time_zone})" if column.kind == "datetime" else title

    def column_name(self, sheet: str, code: str) -> str:
        """Return a column's name without its zone: the sheet's own if it has one."""
        own = f"{sheet}.{code}"
        name = self.catalogue.label("column", own)
        return name if name != own else self.catalogue.label("column", code)

    def column_note(self, sheet: str, code: str) -> str:
        """Return the note on a header, or an empty text."""
        for candidate in (f"{sheet}.{code}", code):
            note = self.catalogue.label("column_note", candidate)
            if note != candidate:
                return note
        return ""

    def label(self, context: str, code: str) -> str:
        """Return the word for a code; the convention's own names of categories come first."""
        if context == "category" and code in self.categories:
            return self.categories[code]
        return self.catalogue.label(context, code)

    def code_of(self, context: str, text: str) -> str | None:
        """Return the code whose word people typed, whatever its case and accents, else None."""
        codes = self._codes.get(context)
        if codes is None:
            known = [*self.catalogue.codes(context)]
            if context == "category":
                known += [code for code in self.categories if code not in known]
            codes = {fold(self.label(context, code)): code for code in reversed(known)}
            self._codes[context] = codes
        return codes.get(fold(text))
