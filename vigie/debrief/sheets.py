"""The tables of a debrief's spreadsheet, one function a sheet. Called by the use case. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from vigie.debrief.observed import THEMES
from vigie.debrief.retex import Retex, entry_key
from vigie.debrief.score_sheets import reaction_table, score_table
from vigie.debrief.sheet_columns import WIDTHS, column_title, columns, sheet_title
from vigie.debrief.wording import Words
from vigie.records.debrief import ACTION_STATES, LEVELS, DebriefEntry, EntryKind, columns_of
from vigie.records.observation import CellValue
from vigie.records.table import ColumnKind, Table, TableCell, TableChart, TableColumn

ENTRY_SHEETS: tuple[EntryKind, ...] = ("hot", "cold", "action")
BLANK_ROWS = 25
_MEDIANS = (2, 3, 4)
"""Columns of the sheet of delays that hold medians."""


def tables(retex: Retex, words: Words) -> tuple[Table, ...]:
    """Return every sheet in the order of the tabs; scores only where something was played."""
    say = words.say
    found = [
        _told(_timeline(retex, words), say("Nothing stands in the journal.")),
        _told(_facts(retex, words), say("No row was ever in the log.")),
        _delays(retex, words),
        _sources(retex, words),
        _told(
            _team(retex, words),
            say("Nobody signed in on the sheet of the team: no hours can be counted."),
        ),
        _told(
            _messages(retex, words),
            say("Nothing was passed on, and no situation report was issued."),
        ),
        _told(_conflicts(retex, words), say("No two hands changed the same cell.")),
        _told(_checks(retex, words), say("The checks found nothing.")),
    ]
    if retex.known.scores is not None:
        reactions = reaction_table(retex, words)
        found += [
            score_table(retex, words),
            _told(reactions, say("The scenario expects no reaction.")),
        ]
    return (*found, *(entry_table(kind, retex, words) for kind in ENTRY_SHEETS))


def _told(table: Table, nothing: str) -> Table:
    """Return a table that says so itself where it has no rows: else it looks like a fault."""
    return table if table.rows else replace(table, notes=(*table.notes, nothing))


def _timeline(retex: Retex, words: Words) -> Table:
    return Table(
        title=sheet_title("timeline", words),
        columns=columns(
            words, "at:datetime", "elapsed", "who", "what", "subject", "field", "before", "after",
            "detail",
        ),
        rows=tuple(
            (
                step.at, words.elapsed(step.elapsed_minutes), step.who, step.what, step.subject,
                step.field, step.before, step.after, step.detail,
            )
            for step in retex.timeline
        ),
    )  # fmt: skip


def _facts(retex: Retex, words: Words) -> Table:
    rows: list[tuple[TableCell, ...]] = []
    for fact in retex.facts:
        path = [words.label("status", code) for code in fact.statuses]
        if fact.is_withdrawn:
            path.append(words.say("row set aside"))
        rows.append(
            (
                fact.ref, fact.seen_at, words.label("urgency", fact.urgency),
                words.label("category", fact.category), words.label("status", fact.status),
                " → ".join(path), fact.commune, fact.place, fact.summary, ", ".join(fact.sources),
                fact.post_count, fact.grade_minutes, fact.action_minutes,
                fact.acknowledgement_minutes, fact.recipient,
            )
        )  # fmt: skip
    return Table(
        title=sheet_title("facts", words),
        columns=columns(
            words, "ref", "seen_at:datetime", "urgency", "category", "status", "statuses",
            "commune", "place", "summary", "source_names", "post_count:number",
            "grade_minutes:number", "action_minutes:number", "acknowledgement_minutes:number",
            "recipient",
        ),
        rows=tuple(rows),
        notes=(words.say("Delays in minutes since the row was first seen; empty: never."),),
    )  # fmt: skip


def _delays(retex: Retex, words: Words) -> Table:
    rows = tuple(
        (
            _group(line.urgency, words),
            line.row_count,
            line.grade.median_minutes, line.action.median_minutes,
            line.acknowledgement.median_minutes,
            line.grade.longest_minutes, line.action.longest_minutes,
            line.acknowledgement.longest_minutes,
            line.grade.count, line.action.count, line.acknowledgement.count,
        )
        for line in retex.delays
    )  # fmt: skip
    return Table(
        title=sheet_title("delays", words),
        columns=columns(
            words, "urgency", "row_count:number", "grade_median:number", "action_median:number",
            "acknowledgement_median:number", "grade_longest:number", "action_longest:number",
            "acknowledgement_longest:number", "grade_count:number", "action_count:number",
            "acknowledgement_count:number",
        ),
        rows=rows,
        notes=(words.say("Minutes since the row was first seen."),),
        chart=_delay_chart(rows, words),
    )  # fmt: skip


def _delay_chart(rows: Sequence[Sequence[TableCell]], words: Words) -> TableChart | None:
    """Return the chart of the medians; a step that was never made is not in its legend."""
    drawn = tuple(at for at in _MEDIANS if any(row[at] is not None for row in rows))
    if not drawn:
        return None
    return TableChart(
        title=words.say("Median delay since a row was first seen"),
        axis_title=words.say("minutes"),
        names_column=0,
        value_columns=drawn,
        row_count=len(rows),
    )


def _group(urgency: str, words: Words) -> str:
    return words.say("all rows") if urgency == "all" else words.label("urgency", urgency)


def _sources(retex: Retex, words: Words) -> Table:
    return Table(
        title=sheet_title("sources", words),
        columns=columns(
            words, "source_name", "state", "seen_count:number", "kept_count:number",
            "rows_given:number", "break_count:number", "broken_minutes:number",
            "longest_break_minutes:number", "alarm_count:number", "detail",
        ),
        rows=tuple(
            (
                line.name,
                words.label("source_state", line.state) if line.state else words.say("never asked"),
                line.seen_count, line.kept_count, line.row_count, line.break_count,
                line.broken_minutes, line.longest_break_minutes, line.alarm_count, line.detail,
            )
            for line in retex.sources
        ),
        notes=(words.say("{count} sweeps in all.", count=len(retex.known.sweeps)),),
    )  # fmt: skip


def _team(retex: Retex, words: Words) -> Table:
    total = (words.say("In all"), "", None, None, retex.hours, "")
    rows = tuple(
        (
            line.name, words.label("team_role", line.role), line.checked_in_at,
            line.checked_out_at, line.hours, line.handover_note,
        )
        for line in retex.team
    )  # fmt: skip
    return Table(
        title=sheet_title("team", words),
        columns=columns(
            words, "name", "role", "checked_in_at:datetime", "checked_out_at:datetime",
            "hours:number", "handover_note",
        ),
        rows=(*rows, total) if rows else (),
    )  # fmt: skip


def _messages(retex: Retex, words: Words) -> Table:
    known = retex.known
    rows: list[tuple[TableCell, ...]] = [
        (
            words.say("Situation report"), str(head.number), head.issued_at,
            "Vigie" if head.issued_by == "vigie" else head.issued_by, "", "", None,
        )
        for head in known.reports
    ]  # fmt: skip
    for row in known.observations:
        sent, heard = row.value("transmitted_at"), row.value("acknowledged_at")
        asked, whom = row.value("requested_action"), row.value("recipient")
        if sent is None and asked is None and whom is None:
            continue
        rows.append(
            (
                words.say("Passed on"), row.ref, sent, "", _shown(whom), _shown(asked),
                heard,
            )
        )  # fmt: skip
    for line in known.people_rows:
        if line.sheet == "relay":
            told = " · ".join(_shown(value) for value in line.values.values() if value is not None)
            rows.append((words.say("Relay"), line.key, None, "", "", told, None))
    return Table(
        title=sheet_title("messages", words),
        columns=columns(
            words, "message_kind", "subject", "sent_at:datetime", "who", "recipient", "text",
            "acknowledged_at:datetime",
        ),
        rows=tuple(rows),
    )  # fmt: skip


def _conflicts(retex: Retex, words: Words) -> Table:
    return Table(
        title=sheet_title("conflicts", words),
        columns=columns(
            words, "at:datetime", "sheet_name", "row_key", "column_name", "standing", "other",
            "reason", "choice",
        ),
        rows=tuple(
            (
                one.at, words.label("sheet", one.sheet), one.key,
                words.label("column", one.column) if one.column else "", _shown(one.standing),
                _shown(one.other), words.label("conflict_reason", one.reason),
                words.label("conflict_choice", one.choice) if one.choice else "",
            )
            for one in retex.known.conflicts
        ),
    )  # fmt: skip


def _checks(retex: Retex, words: Words) -> Table:
    return Table(
        title=sheet_title("checks", words),
        columns=columns(
            words, "found_at:datetime", "severity", "check", "checks.ref", "message", "decision"
        ),
        rows=tuple(
            (
                one.found_at, words.label("severity", one.severity), one.check, one.ref or "",
                one.message, words.label("decision", one.decision) if one.decision else "",
            )
            for one in retex.known.findings
        ),
    )  # fmt: skip


def entry_table(kind: EntryKind, retex: Retex, words: Words) -> Table:
    """Return a sheet that people fill in, with what they wrote before."""
    lines = retex.actions if kind == "action" else retex.remarks(kind)
    codes = columns_of(kind)
    columns = [TableColumn(title=column_title("key", words), width=14)]
    columns += [_entry_column(code, words) for code in codes]
    notes = [words.say("Yellow cells are yours. Leave the number of a new line empty.")]
    if kind != "action":
        notes.append(words.say("Level: 1 minor, 2 serious, 3 grave or never seen before."))
    if not retex.known.has_names:
        notes.append(words.say("Write roles, not names."))
    return Table(
        title=sheet_title(kind, words),
        columns=tuple(columns),
        rows=tuple(_entry_row(one, codes, retex, words) for one in lines),
        notes=tuple(notes),
        blank_count=BLANK_ROWS,
    )


def _entry_column(code: str, words: Words) -> TableColumn:
    choices: dict[str, tuple[str, ...]] = {
        "theme": tuple(words.label("debrief_theme", theme) for theme in THEMES),
        "level": tuple(str(level) for level in LEVELS),
        "state": tuple(words.label("debrief_action_state", state) for state in ACTION_STATES),
    }
    kinds: dict[str, ColumnKind] = {"level": "number", "due": "date"}
    return TableColumn(
        title=entry_title(code, words),
        width=WIDTHS.get(code, 16),
        kind=kinds.get(code, "text"),
        choices=choices.get(code, ()),
        is_input=True,
    )


def entry_title(code: str, words: Words) -> str:
    """Return the header of a column that people fill in."""
    return column_title(f"entry.{code}", words)


def _entry_row(
    entry: DebriefEntry, codes: Sequence[str], retex: Retex, words: Words
) -> tuple[TableCell, ...]:
    cells: list[TableCell] = [entry_key(entry, retex.activation_id)]
    for code in codes:
        value = entry.values.get(code)
        if code == "due" and isinstance(value, str):
            cells.append(date.fromisoformat(value))
        elif code == "state" and isinstance(value, str):
            cells.append(words.label("debrief_action_state", value))
        elif code == "theme" and isinstance(value, str):
            cells.append(words.label("debrief_theme", value))
        else:
            cells.append(value)
    return tuple(cells)


def _shown(value: CellValue) -> str:
    return "" if value is None else str(value)
