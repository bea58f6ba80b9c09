"""Contrôles: what the checks found; people decide whether a quarantined item is let in."""

from __future__ import annotations

from vigie.records.finding import Finding
from vigie.records.observation import Observation
from vigie.workbook.content import Content
from vigie.workbook.layout import Column, Row, RowLink

CODE = "checks"
_LOG = "log"
WORDS = "triage_words"
"""Machine's cell without a column of its own: the words that decided category and urgency."""

_ASKING = frozenset({"confirmed", "refuted"})
"""Statuses that count only with evidence. Source: the contracts, "Who owns a cell"."""

DECISIONS = ("let_in", "keep_out")
"""What people may decide. Source: ``vigie.records.finding.Finding``."""

COLUMNS = (
    Column(code="number", owner="machine", width=18),
    Column(code="found_at", owner="machine", kind="datetime", width=18),
    Column(
        code="severity",
        owner="machine",
        kind="choice",
        width=16,
        choices_context="severity",
        choices=("stop", "warn", "info"),
    ),
    Column(code="check", owner="machine", kind="choice", width=24, choices_context="check"),
    Column(code="ref", owner="machine", width=14),
    Column(code="value", owner="machine", kind="long_text", width=52),
    Column(code="message", owner="machine", kind="long_text", width=52),
    Column(
        code="decision",
        owner="people",
        kind="choice",
        width=18,
        choices_context="decision",
        choices=DECISIONS,
    ),
    Column(code="decided_by", owner="people", width=18),
    Column(code="comment", owner="people", kind="long_text", width=36),
)


def rows(content: Content) -> list[Row]:
    """Return one row a finding, then why each row was judged so, then the rows people added."""
    own = [_row(finding) for finding in content.findings]
    own += [_triage_row(item, content) for item in content.observations if item.machine.get(WORDS)]
    asked = _asked(content)
    own += [_status_row(item, content) for item in content.observations if item.ref in asked]
    laid = [content.with_people(CODE, row, COLUMNS) for row in own]
    return laid + content.added_rows(CODE, COLUMNS)


def _row(finding: Finding) -> Row:
    decided = {"decision": finding.decision, "decided_by": finding.decided_by}
    return Row(
        key=str(finding.id),
        values={
            "number": str(finding.id),
            "found_at": finding.found_at,
            "severity": finding.severity,
            "check": finding.check,
            "ref": finding.ref,
            "value": finding.value,
            "message": finding.message,
            **{code: text or None for code, text in decided.items()},
        },
        links={"ref": RowLink(sheet=_LOG, key=finding.ref)} if finding.ref else {},
        people_columns=frozenset(code for code, text in decided.items() if text),
    )


def _triage_row(observation: Observation, content: Content) -> Row:
    """Say what the machine judged and by which words, whatever people decided since."""
    key = f"tri-{observation.ref}"
    return Row(
        key=key,
        values={
            "number": key,
            "found_at": observation.machine.get("received_at"),
            "severity": "info",
            "check": "triage",
            "ref": observation.ref,
            "value": observation.machine.get(WORDS),
            "message": content.wording.catalogue.say(
                "{urgency}, {category} by these words (weight of each)",
                urgency=_judged(observation, "urgency", content),
                category=_judged(observation, "category", content),
            ),
        },
        links={"ref": RowLink(sheet=_LOG, key=observation.ref)},
    )


def _judged(observation: Observation, column: str, content: Content) -> str:
    code = str(observation.machine.get(column) or "")
    return content.wording.label(column, code) if code else content.wording.catalogue.say("none")


def _asked(content: Content) -> set[str]:
    """Return the rows whose status asks for something, or once did: a line shown stays, amended."""
    once = {
        entry.subject
        for _, entry in content.journal
        if entry.field == "status" and not _ASKING.isdisjoint((entry.before, entry.after))
    }
    now = {item.ref for item in content.observations if item.value("status") in _ASKING}
    return once | now


def _status_row(observation: Observation, content: Content) -> Row:
    """Say whether a typed status counts, and why it does not count yet."""
    say = content.wording.catalogue.say
    typed = str(observation.value("status") or "unverified")
    gaps = observation.status_gaps()
    if gaps:
        words = content.wording.catalogue
        missing = " ; ".join(words.label("status_gap", code) for code in gaps)
        message = say("Counts as in progress. Missing: {missing}.", missing=missing)
    else:
        message = say("What it asks for is there: counts as typed.")
    key = f"sta-{observation.ref}"
    return Row(
        key=key,
        values={
            "number": key,
            "found_at": observation.value("received_at"),
            "severity": "warn" if gaps else "info",
            "check": "status",
            "ref": observation.ref,
            "value": content.wording.label("status", typed),
            "message": message,
        },
        links={"ref": RowLink(sheet=_LOG, key=observation.ref)},
    )
