"""A point de situation once it is issued: its number, its words, the proof that they are the same.

Made by ``vigie.operations.reporting``, kept by the store for ever as it is; a correction is the
next number.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportHead:
    """What lists of reports show.

    Attributes:
        number: From 1 on, without a gap, per activation.
        issued_at: Aware UTC.
        issued_by: Name of a person; ``vigie`` where the cadence issued it.
        file_stem: Name of its files without their ending.
        corrects: Number of the report that this one corrects.
    """

    number: int
    issued_at: datetime
    issued_by: str
    file_stem: str
    corrects: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(ReportHead):
    """A whole report, frozen.

    Attributes:
        data: Everything it says, as plain JSON values; times are ISO 8601, UTC.
        text: To be pasted into a main courante.
        html: To be printed.
        hash: ``content_hash`` of these three when it was issued.
    """

    data: Mapping[str, Any]
    text: str
    html: str
    hash: str


def content_hash(data: Mapping[str, Any], text: str, html: str) -> str:
    """Return the SHA-256 (hex) of a report's data and words.

    Args:
        data: Plain JSON values; the order of keys does not matter.
        text: The plain text.
        html: The page.
    """
    canonical = json.dumps(data, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    digest = hashlib.sha256()
    for part in (canonical, text, html):
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(encoded))
        digest.update(encoded)
    return digest.hexdigest()
