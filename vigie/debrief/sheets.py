"""The tables of a debrief's spreadsheet, one function a sheet. Called by the use case. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from vigie.debrief.observed import THEMES
from vigie.debrief.retex import Retex, entry_key
from vigie.debrief.wording import Words
from vigie.records.debrief import ACTION_STATES, LEVELS, DebriefEntry, EntryKind, columns_of
from vigie.records.observation import CellValue
from vigie.records.table import ColumnKind, Table, TableCell, TableChart, TableColumn

ENTRY_SHEETS: tuple[EntryKind, ...] = ("hot", "cold", "action")
BLANK_ROWS = 25
_WIDTHS = {
    "subject": 22, "before": 34, "after": 34, "detail": 36, "summary": 56, "statuses": 30,
    "source_names": 30, "handover_note": 50, "message": 46, "text": 60, "strength": 44,
    "weak_point": 44, "proposal": 44, "action": 56, "owner": 26, "standing": 34, "other": 34,
    "reason": 40, "value": 30, "source_name": 32, "place": 22, "commune": 22, "who": 22,
    "theme": 26, "fact": 50, "reaction": 50, "rows": 26, "what": 24,
}  # fmt: skip


def tables(retex: Retex, words: Words) -> tuple[Table, ...]:
    """Return every sheet in the order of the tabs; scores only where something was played."""
    found = [
        _timeline(retex, words),
        _facts(retex, words),
        _delays(retex, words),
        _sources(retex, words),
        _team(retex, words),
        _messages(retex, words),
        _conflicts(retex, words),
        _checks(retex, words),
    ]
    if retex.known.scores is not None:
        found += [_scores(retex, words), _reactions(retex, words)]
    return (*found, *(entry_table(kind, retex, words) for kind in ENTRY_SHEETS))


def sheet_title(code: str, words: Words) -> str:
    """Return the name on a sheet's tab."""
    return words.label("debrief_sheet", code)


def column_title(code: str, words: Words) -> str:
    """Return the header of a column: the debrief's own word, else the workbook's."""
    own = words.label("debrief_column", code)
    return own if own != code else words.label("column", code)


def _columns(words: Words, *codes: str) -> tuple[TableColumn, ...]:
    """Return columns; ``code:number`` and ``code:datetime`` say what they hold."""
    made = []
    for told in codes:
        code, _, kind = told.partition(":")
        known: dict[str, ColumnKind] = {"number": "number", "datetime": "datetime", "": "text"}
        width = _WIDTHS.get(code, 12 if kind == "number" else 17)
        made.append(TableColumn(title=column_title(code, words), width=width, kind=known[kind]))
    return tuple(made)


def _timeline(retex: Retex, words: Words) -> Table:
    return Table(
        title=sheet_title("timeline", words),
        columns=_columns(
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
        columns=_columns(
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
        columns=_columns(
            words, "urgency", "row_count:number", "grade_median:number", "action_median:number",
            "acknowledgement_median:number", "grade_longest:number", "action_longest:number",
            "acknowledgement_longest:number", "grade_count:number", "action_count:number",
            "acknowledgement_count:number",
        ),
        rows=rows,
        notes=(words.say("Minutes since the row was first seen."),),
        chart=TableChart(
            title=words.say("Median delay since a row was first seen"),
            axis_title=words.say("minutes"),
            names_column=0,
            value_columns=(2, 3, 4),
            row_count=len(rows),
        ),
    )  # fmt: skip


def _group(urgency: str, words: Words) -> str:
    return words.say("all rows") if urgency == "all" else words.label("urgency", urgency)


def _sources(retex: Retex, words: Words) -> Table:
    return Table(
        title=sheet_title("sources", words),
        columns=_columns(
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
        columns=_columns(
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
        columns=_columns(
            words, "message_kind", "subject", "sent_at:datetime", "who", "recipient", "text",
            "acknowledged_at:datetime",
        ),
        rows=tuple(rows),
    )  # fmt: skip


def _conflicts(retex: Retex, words: Words) -> Table:
    return Table(
        title=sheet_title("conflicts", words),
        columns=_columns(
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
        columns=_columns(
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


def _scores(retex: Retex, words: Words) -> Table:
    scores = retex.known.scores
    assert scores is not None
    yes, no = words.say("yes"), words.say("no")

    def when(minute: float | None) -> str:
        return "" if minute is None else words.elapsed(minute)

    rows = tuple(
        (
            one.id, one.summary, yes if one.is_true else words.say("rumour"),
            words.label("urgency", one.urgency), yes if one.is_findable else no,
            when(one.told_minute), when(one.seen_minute),
            None if one.delay_minutes is None else round(one.delay_minutes, 1),
            when(one.graded_minute), when(one.acknowledged_minute), when(one.confirmed_minute),
            when(one.refuted_minute),
            None if one.distance_metres is None else round(one.distance_metres),
            ", ".join(one.machine_refs), ", ".join(one.player_refs),
            ", ".join(one.duplicate_refs),
        )
        for one in scores.facts
    )  # fmt: skip
    return Table(
        title=sheet_title("scores", words),
        columns=_columns(
            words, "fact_id", "fact", "is_true", "urgency", "is_findable", "told_at", "row_at",
            "delay_minutes:number", "graded_at", "heard_at", "confirmed_at", "refuted_at",
            "distance_metres:number", "machine_rows", "player_rows", "duplicate_rows",
        ),
        rows=rows,
        notes=(
            words.say(
                "Facts that sweeps could find: {found} of {count} found.",
                found=len(scores.found),
                count=len(scores.findable),
            ),
            words.say(
                "Rows of sweeps: {count}, of which false {false}, two facts in one {mixed}.",
                count=scores.row_count,
                false=len(scores.false_refs),
                mixed=len(scores.mixed_refs),
            ),
        ),
    )  # fmt: skip


def _reactions(retex: Retex, words: Words) -> Table:
    scores = retex.known.scores
    assert scores is not None
    return Table(
        title=sheet_title("reactions", words),
        columns=_columns(
            words, "inject", "reaction", "of", "due_at", "met_at", "verdict", "rows"
        ),
        rows=tuple(
            (
                one.inject_id, one.reaction, one.of, words.elapsed(one.due_minute),
                "" if one.met_minute is None else words.elapsed(one.met_minute),
                words.label("debrief_verdict", one.verdict), ", ".join(one.refs),
            )
            for one in scores.reactions
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
        width=_WIDTHS.get(code, 16),
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
