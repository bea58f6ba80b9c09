"""Filled-in sheets: what is taken, what is refused, with sheet, row and cure."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.unit.debrief.debrief_samples import WORDS, known
from vigie.debrief.reading_back import read_back
from vigie.debrief.retex import compose
from vigie.debrief.sheets import entry_table
from vigie.records.debrief import DebriefEntry
from vigie.records.table import Formula, RawBook, RawSheet

ENTRIES = [
    DebriefEntry(
        activation_id="cote-dor-1", kind="hot", key="C-1",
        values={"theme": "sources", "weak_point": "Piaille muette", "level": 2},
    ),
    DebriefEntry(
        activation_id="cote-dor-1", kind="action", key="A-1",
        values={"action": "Former", "owner": "SIDPC", "due": "2026-12-31", "state": "open"},
    ),
]  # fmt: skip
SHOWN = {
    "hot": {"C-1": ENTRIES[0].values},
    "action": {"A-1": ENTRIES[1].values},
}


def book(**changed) -> RawBook:
    """Return the file as Vigie wrote it; ``hot=[(row, cells), …]`` replaces a sheet's rows."""
    retex = compose(known(entries=ENTRIES), number=1, by="vigie", words=WORDS)
    sheets = []
    for kind in ("hot", "cold", "action"):
        table = entry_table(kind, retex, WORDS)
        rows = [(4, tuple(column.title for column in table.columns))]
        rows += [(5 + at, cells) for at, cells in enumerate(table.rows)]
        for number, cells in changed.get(kind, []):
            rows = [one for one in rows if one[0] != number]
            if cells is not None:
                rows.append((number, cells))
        sheets.append(RawSheet(title=table.title, rows=tuple(sorted(rows, key=lambda one: one[0]))))
    return RawBook(sheets=tuple(sheets))


def test_what_nobody_touched_says_nothing() -> None:
    """The file as it was written changes and adds nothing."""
    filled = read_back(book(), SHOWN, WORDS)
    assert (filled.changed, filled.added, filled.faults, filled.missing_count) == ({}, (), (), 0)


def test_changed_and_new_lines_are_taken() -> None:
    """Dates as cells or text, levels as numbers or text, states and themes by their words."""
    filled = read_back(
        book(
            hot=[
                (5, ("C-1", "Sources et outils", None, "Piaille muette", "3", None, None)),
                (9, (None, "Logement des équipes", "Bien logés", None, 1.0, None, "coordination")),
            ],
            action=[
                (5, ("A-1", "Former", "SIDPC", datetime(2027, 1, 15, tzinfo=UTC), "FAITE")),
                (6, (None, "Écrire la fiche", "VISOV", "1/2/2027", None)),
                (7, (None, "Acheter", None, date(2027, 3, 1), "abandonnee")),
            ],
        ),
        SHOWN,
        WORDS,
    )
    assert filled.faults == ()
    assert filled.changed == {"C-1": {"level": 3}, "A-1": {"due": "2027-01-15", "state": "done"}}
    hot, write, buy = (values for _, values in filled.added)
    assert (hot["theme"], hot["strength"], hot["level"]) == (
        "Logement des équipes",
        "Bien logés",
        1,
    )
    assert (write["due"], write["state"]) == ("2027-02-01", "open")
    assert (buy["due"], buy["state"]) == ("2027-03-01", "dropped")


def test_an_emptied_line_goes_and_a_missing_one_stays() -> None:
    """All cells empty is a decision; a line that is not in the file is none."""
    filled = read_back(
        book(hot=[(5, ("C-1", None, None, None, None, None, None))], action=[(5, None)]),
        SHOWN,
        WORDS,
    )
    assert filled.changed == {"C-1": {"theme": None, "weak_point": None, "level": None}}
    assert filled.missing_count == 1
    assert filled.faults == ()


@pytest.mark.parametrize(
    ("sheet", "cells", "said"),
    [
        ("hot", (None, None, "x", None, 4, None, None), "« 4 » n’est pas un niveau"),
        ("hot", (None, None, "x", None, "grave", None, None), "« grave » n’est pas un niveau"),
        ("hot", (None, None, "x", None, True, None, None), "« True » n’est pas un niveau"),
        ("cold", (None, "Autre", None, None, 2, None, "moi"), "ni point fort, ni point faible"),
        ("hot", ("C-9", None, "x", None, None, None, None), "pas de ligne C-9"),
        ("hot", ("C-1", None, "x", None, None, None, None), "figure deux fois"),
        ("hot", (None, None, Formula("=1+1"), None, None, None, None), "c’est une formule"),
        ("cold", (None, None, "x" * 4001, None, None, None, None), "plus de 4000 caractères"),
        ("action", (None, None, "SIDPC", None, None), "L’action n’est pas dite"),
        ("action", (None, "Former", None, "bientôt", None), "« bientôt » n’est pas une date"),
        ("action", (None, "Former", None, "31/02/2027", None), "n’est pas une date"),
        ("action", (None, "Former", None, datetime(1900, 1, 5, tzinfo=UTC), None), "pas une date"),
        ("action", (None, "Former", None, 46_000, None), "« 46000 » n’est pas une date"),
        ("action", (None, "Former", None, None, "peut-être"), "n’est pas un état d’action"),
    ],
)
def test_each_fault_is_told_with_sheet_row_and_cure(sheet: str, cells, said: str) -> None:
    """One fault, one sentence, in the row where it stands, with what to do."""
    (fault,) = read_back(book(**{sheet: [(12, cells)]}), SHOWN, WORDS).faults
    titles = {"hot": "Débriefing à chaud", "cold": "Débriefing à froid", "action": "Actions"}
    assert (fault.sheet, fault.row) == (titles[sheet], 12)
    assert said in fault.what
    assert fault.cure


def test_a_lost_sheet_and_a_lost_column_are_told() -> None:
    """What is missing is named; all faults come at once."""
    whole = book()
    header = (4, ("N°", "Thème", "Point fort", "Par"))
    maimed = RawBook(sheets=(RawSheet(title="débriefing à CHAUD", rows=(header,)), whole.sheets[1]))
    hot, actions = read_back(maimed, SHOWN, WORDS).faults
    assert "Point faible, Niveau (1 à 3), Proposition" in hot.what
    assert (actions.sheet, actions.row) == ("Actions", 0)
