"""The next revision's bytes: written into the file that stands, or a fresh one.

Called by ``publication``. What people saved is written into by the guarded process; what Vigie
wrote last, and nobody touched since, here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from vigie.language import catalogue
from vigie.operations.guarded_reading import words_of, writer
from vigie.operations.incoming import Incoming
from vigie.problem import WorkbookError
from vigie.records.sheet import WrittenRevision
from vigie.workbook.content import Content
from vigie.workbook.layout import Sheet
from vigie.workbook.package import Known, refresh
from vigie.workbook.revisions import Marks, Refreshed


def next_revision(
    content: Content,
    sheets: Sequence[Sheet],
    incoming: Incoming,
    claims: Mapping[str, Mapping[int, str]],
    last: WrittenRevision | None,
) -> tuple[Refreshed, WorkbookError | None]:
    """Return the next revision, and why it could not be written into the file as people left it.

    A file that can be read and not written into gets a fresh one in its place: what people typed
    into its cells has been taken in by then.
    """
    workbook = content.convention.workbook
    marks = Marks(activation_id=content.activation.id, revision=content.revision, fingerprint="")

    held = last.cells if last is not None and is_of(incoming, last) else None

    def written(previous: bytes | None) -> Refreshed:
        if previous is not None and not incoming.is_ours:
            # What people saved is a foreign file, also to openpyxl.
            words = words_of(content.convention)
            return writer().refresh(previous, sheets, marks, words, content.activation.kind, claims)
        return refresh(
            previous,
            sheets,
            marks,
            catalogue(workbook.language),
            workbook.time_zones[0],
            content.activation.kind,
            categories=content.convention.categories,
            known=Known(claims=claims, held=held) if previous is not None else None,
        )

    if not incoming.is_usable:
        return written(None), None
    try:
        return written(incoming.data), None
    except WorkbookError as fault:
        return written(None), fault


def is_of(incoming: Incoming, last: WrittenRevision) -> bool:
    """Tell whether a file is byte for byte the one that the last revision was written as."""
    return incoming.is_ours and hashlib.sha256(incoming.data).hexdigest() == last.file_hash
