"""The table written by hand of what a play should become (``expected.csv``).

Called by the demonstration's driver and by tests. ``parse_expected`` is pure. The table is never
generated from what the code answers: it is what a person reads in the texts.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from vigie.exercise.kinds import ExpectedKind
from vigie.exercise.material import MaterialError
from vigie.language import say
from vigie.records.observation import CATEGORIES, URGENCIES

COLUMNS = (
    "post",
    "source",
    "wave",
    "group",
    "kind",
    "commune",
    "urgency",
    "category",
    "life_at_risk",
)

FOLLOWERS: frozenset[str] = frozenset({"repeat", "end"})
"""Kinds of lines whose values are those of their group's first post."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedRow:
    """One post and the observation that it should belong to.

    Attributes:
        post: Short id of the material; for measurements ``subject=level``; for alerts the
            service's own name of it.
        group: Label of the observation; posts of one group are one row of the main log.
        commune: INSEE code or empty; like urgency and category empty on repeats and ends, which
            take them from the group's first post.
    """

    post: str
    source: str
    wave: int
    group: str
    kind: ExpectedKind
    commune: str = ""
    urgency: str = ""
    category: str = ""

    @property
    def measured(self) -> tuple[str, int]:
        """Subject and level of a measurement."""
        subject, _, level = self.post.rpartition("=")
        return subject, int(level)


def load_expected(path: Path) -> list[ExpectedRow]:
    """Read the table from a file.

    Args:
        path: UTF-8 CSV with the columns of ``COLUMNS``.

    Raises:
        MaterialError: The file is missing or a line is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise MaterialError(str(path), str(error), say("Put the file back or mend it.")) from error
    return parse_expected(text, path.name)


def parse_expected(text: str, name: str = "expected.csv") -> list[ExpectedRow]:
    """Read the table from its text.

    Args:
        text: CSV with a header.
        name: Named in errors.

    Raises:
        MaterialError: A line is wrong; every wrong line is named.
    """
    reader = csv.DictReader(io.StringIO(text))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise MaterialError(
            f"{name}:1", say("the header must be {header}", header=",".join(COLUMNS))
        )
    rows: list[ExpectedRow] = []
    wrong: list[str] = []
    for line in reader:
        faults = list(_line_faults(line))
        if faults:
            wrong.append(f"{name}:{reader.line_num}: {', '.join(faults)}")
            continue
        rows.append(_row(line))
    leaders = {row.group for row in rows if row.kind not in FOLLOWERS}
    wrong += [
        say("group {group} has no first post", group=row.group)
        for row in rows
        if row.group not in leaders
    ]
    if wrong:
        raise MaterialError(name, "; ".join(wrong), say("Correct the table."))
    return rows


def _row(line: Mapping[str, str]) -> ExpectedRow:
    kind: ExpectedKind = next(k for k in get_args(ExpectedKind) if k == line["kind"])
    return ExpectedRow(
        post=line["post"],
        source=line["source"],
        wave=int(line["wave"]),
        group=line["group"],
        kind=kind,
        commune=line["commune"],
        urgency=line["urgency"],
        category=line["category"],
    )


def _line_faults(line: Mapping[str, str]) -> Iterator[str]:
    if None in line.values() or not all(line[c] for c in ("post", "source", "group")):
        yield say("a cell is missing")
        return
    if not line["wave"].isdecimal():
        yield say("{value} is no wave", value=line["wave"])
    if line["kind"] not in get_args(ExpectedKind):
        yield say("{value} is no kind of post", value=line["kind"])
    if line["kind"] in FOLLOWERS:
        if any(line[c] for c in ("commune", "urgency", "category", "life_at_risk")):
            yield say("a repeat or an end takes its values from its group")
        return
    if line["urgency"] not in URGENCIES or line["category"] not in CATEGORIES:
        yield say("unknown urgency or category")
    if (line["life_at_risk"] == "yes") != (line["urgency"] == "life_at_risk"):
        yield say("life_at_risk and urgency contradict each other")
