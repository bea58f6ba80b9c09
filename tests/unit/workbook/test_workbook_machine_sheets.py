"""Sources, Contrôles and Journal say what people ask of them, in their words."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.unit.workbook import workbook_samples as samples
from vigie.records.activation import JournalEntry
from vigie.workbook.layout import SheetTable
from vigie.workbook.rendering import build_tables

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def table(code: str, **changes: object) -> SheetTable:
    """Return a sheet of the sample workbook."""
    sheets = build_tables(samples.content(**changes))
    return next(item for item in sheets if isinstance(item, SheetTable) and item.code == code)


def test_checks_tell_the_words_and_their_weights() -> None:
    """Each row that words decided: which words, each with its weight, and what they led to."""
    judged = samples.observation(1, triage_words="l'eau monte (3) · bloquée (5)", urgency="high")
    (row,) = [item for item in table("checks", observations=[judged]).rows if item.key[:3] == "tri"]
    assert row.values["value"] == "l'eau monte (3) · bloquée (5)"
    assert str(row.values["message"]).startswith("haute, ")
    assert row.values["ref"] == judged.ref


def test_checks_tell_what_a_status_lacks() -> None:
    """A contradiction stands there with what would mend it; it says so once mended, too."""
    typed = {"status": "confirmed", "verified_by": "Vigie"}
    bare = samples.observation(1, corroboration_count=1, source_grade="F")
    held = type(bare)(ref=bare.ref, machine=bare.machine, people=typed)
    (row,) = [item for item in table("checks", observations=[held]).rows if item.key[:3] == "sta"]
    assert row.values["severity"] == "warn"
    assert "colonne Preuves" in str(row.values["message"])
    assert "colonne Vérifié par" in str(row.values["message"])
    mended = type(bare)(
        ref=bare.ref,
        machine=bare.machine,
        people={"status": "confirmed", "verified_by": "Léa", "evidence": "appel CODIS"},
    )
    (row,) = [item for item in table("checks", observations=[mended]).rows if item.key[:3] == "sta"]
    assert row.values["severity"] == "info"


def test_the_journal_speaks_as_the_other_sheets_do() -> None:
    """Sources by name, sheets by title, times on the wall's clock, alarms as rung or not."""
    entries = [
        JournalEntry(
            at=AT,
            actor="Léa",
            subject="CO21-0003",
            action="edit",
            field="acknowledged_at",
            after="2026-11-21T12:05:00+00:00",
        ),
        JournalEntry(
            at=AT, actor="Léa", subject="CO21-0003", action="edit", field="acknowledged_at",
            before="vers midi", after="2026", channel="workbook",
        ),
        JournalEntry(at=AT, actor="vigie", subject="life:CO21-0003", action="alarm", after="0"),
        JournalEntry(at=AT, actor="vigie", subject="source:vigicrues", action="alarm", after="127"),
        JournalEntry(
            at=AT, actor="Léa", subject="checks/12", action="decide", field="decision",
            after="let_in",
        ),
        JournalEntry(
            at=AT, actor="Anne", subject="report", action="report", after="2",
            detail={"corrects": "1", "hash": "abc"},
        ),
    ]  # fmt: skip
    rows = [item.values for item in table("journal", journal=list(enumerate(entries, 1))).rows]
    assert rows[0]["after"] == "21/11/2026 13:05"
    assert (rows[1]["before"], rows[1]["after"]) == ("vers midi", "2026")
    assert rows[1]["channel"] == "classeur"
    assert (rows[2]["subject"], rows[2]["after"]) == ("CO21-0003", "a sonné")
    assert rows[3]["subject"] == "Vigicrues Saône amont"
    assert "127" in str(rows[3]["after"])
    assert rows[4]["subject"] == "Contrôles 12"
    assert rows[4]["after"] not in ("let_in", "")
    assert rows[5]["subject"] == "point de situation"
    assert "corrige le n° : 1" in str(rows[5]["detail"]).replace("\u00a0", " ")


def test_sources_tell_how_often_and_how_long_silent() -> None:
    """Each source, the never asked included: connector, cadence, silence allowed, failures."""
    rows = {item.key: item.values for item in table("sources").rows}
    assert rows["vigilance"]["state"] == "never_asked"
    assert {row["cadence_minutes"] for row in rows.values()} == {5}
    assert rows["vigicrues"]["source_kind"] == "vigicrues"
