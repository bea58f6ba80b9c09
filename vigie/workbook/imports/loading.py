"""Any file that people send, read as a workbook that came back.

Called by ``vigie.operations.reader_child`` alone: files from outside are read in a process of
their own. Knows kinds of files by their bytes, never by their names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from vigie.language import Catalogue
from vigie.workbook.imports.ods import is_ods, read_ods
from vigie.workbook.imports.separated import read_separated
from vigie.workbook.package.archive import open_zip
from vigie.workbook.package.foreign import OLE_MAGIC, is_unknown, not_zip
from vigie.workbook.package.parts import RawWorkbook, read_parts
from vigie.workbook.package.reading import interpret
from vigie.workbook.revisions import Form, Marks, ReadBack
from vigie.workbook.sheets import table_columns
from vigie.workbook.wording import Wording, fold, fold_title

_BANNER_DEPTH = 40


def load(
    data: bytes,
    catalogue: Catalogue,
    time_zone: str,
    categories: Mapping[str, str] | None = None,
) -> ReadBack:
    """Return what people left in an .xlsx, .xlsm, .ods or .csv file.

    Where the file has lost its marks, the line above a table says activation and revision.

    Args:
        data: The file.
        catalogue: The workbook's language.
        time_zone: IANA name of the zone in which its times are written.
        categories: The convention's own names of categories.

    Raises:
        WorkbookError: The file cannot be read, or none of our sheets is in it.
    """
    wording = Wording(catalogue, time_zone, categories or {})
    workbook, form = _raw(data, wording)
    found = replace(interpret(workbook, wording, is_extract=form == "csv"), form=form)
    if found.marks is None and form != "xlsx":
        found = replace(found, marks=_banner_marks(workbook, wording))
    return found


def _raw(data: bytes, wording: Wording) -> tuple[RawWorkbook, Form]:
    if data.startswith(b"PK"):
        return (read_ods(data), "ods") if is_ods(open_zip(data)) else (read_parts(data), "xlsx")
    known = not_zip(data)
    if data.startswith(OLE_MAGIC) or (data and not is_unknown(known)):
        raise known
    titles = {
        fold(wording.column_name(code, column.code))
        for code, columns in table_columns().items()
        for column in columns
    }
    return read_separated(data, {fold_title(title) for title in titles}), "csv"


def _banner_marks(workbook: RawWorkbook, wording: Wording) -> Marks | None:
    """Return activation and revision as the line above a table says them."""
    template = wording.catalogue.say("Vigie · {title} · {id} · revision {revision}")
    pattern = re.escape(template)
    for name, part in (("title", r"[^·]+"), ("id", r"(?P<id>[a-z0-9-]+)")):
        pattern = pattern.replace(re.escape(f"{{{name}}}"), part)
    pattern = pattern.replace(re.escape("{revision}"), r"(?P<revision>\d{1,9})")
    for sheet in workbook.sheets:
        for number in sorted(sheet.rows)[:_BANNER_DEPTH]:
            for value in sheet.rows[number].values():
                said = re.search(pattern, value) if isinstance(value, str) else None
                if said is not None:
                    return Marks(
                        activation_id=said["id"], revision=int(said["revision"]), fingerprint=""
                    )
    return None
