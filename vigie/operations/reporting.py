"""Points de situation: composing, freezing, writing the files.

Called by ``vigie report``, by the report flow at the convention's cadence, and by the publication's
content (which is the last one, when is the next). A report once issued is never written again in
other words: the files are copies of what the store keeps.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from vigie.activation.plan import silent_sources
from vigie.language import catalogue, say
from vigie.operations.alarms import swept_since
from vigie.operations.leases import turn
from vigie.operations.report_files import write_files
from vigie.operations.report_pages import render
from vigie.operations.runtime import Runtime
from vigie.problem import BusyError, Problem, TransitionError
from vigie.records.activation import Activation, JournalEntry, State
from vigie.records.report import Report, content_hash
from vigie.situation.report import Known, Paragraph, compose, kept_paragraph, plain_data
from vigie.situation.report_schedule import Due, due_at
from vigie.store.repository import NumberTakenError

MACHINE = "vigie"
"""Who issues a report that the cadence asks for."""
_STATES: tuple[State, ...] = ("active", "standby", "closed")
_TRIES_COUNT = 20


@dataclass(frozen=True, slots=True)
class Issued:
    """One report that was issued.

    Attributes:
        paths: Where its files lie.
        notes: What people must hear.
    """

    report: Report
    paths: tuple[Path, ...]
    notes: tuple[str, ...] = ()


def issue_report(
    runtime: Runtime,
    activation_id: str,
    *,
    by: str,
    situation: str | None = None,
    corrects: int | None = None,
) -> Issued:
    """Issue the next report: composed, frozen in the store, written to the files.

    Args:
        runtime: Whose store, clock and house.
        activation_id: Which activation.
        by: Name of who issues it.
        situation: The coordinator's paragraph; None keeps the last one, an empty text ends it.
        corrects: Number of an earlier report that this one corrects.

    Raises:
        TransitionError: If the activation was never active.
        Problem: If there is no report of the number that it shall correct, or no name is given.
        BusyError: If others issue reports of the same activation for a minute.
    """
    if not by.strip():
        raise Problem(activation_id, say("Who issues the report is missing."), say("Give --by."))
    with _report_turn(runtime, activation_id):
        return _issue(runtime, activation_id, by.strip(), situation, corrects)


def issue_due_report(runtime: Runtime, activation_id: str) -> Issued | None:
    """Issue the report that the cadence asks for; None if none is due.

    Raises:
        BusyError: If others issue reports of the same activation for a minute.
    """
    with _report_turn(runtime, activation_id):
        activation = runtime.store.activation(activation_id)
        due = next_due(runtime, activation)
        heads = runtime.store.report_heads(activation_id)
        if due is None or due.overdue_since is None:
            _mend_files(runtime, activation, below=len(heads) + 1)
            return None
        return _issue(runtime, activation_id, MACHINE, None, None)


def next_due(runtime: Runtime, activation: Activation) -> Due | None:
    """Return where the cadence stands; None where no report comes by itself."""
    if activation.state != "active":
        return None
    heads = runtime.store.report_heads(activation.id)
    due = due_at(
        activation.activated_at or activation.created_at,
        runtime.convention_of(activation).situation.cadence_minutes,
        runtime.clock(),
        heads[-1].issued_at if heads else None,
    )
    # The whole journal is read only where a beat has passed: in an ordinary minute none has.
    if due.overdue_since is not None and swept_since(runtime, activation) > due.overdue_since:
        return Due(due.next_at)
    return due


def _report_turn(runtime: Runtime, activation_id: str) -> contextlib.AbstractContextManager[None]:
    busy = BusyError(
        activation_id,
        say("A situation report is being issued by another command."),
        say("Try again in a moment."),
    )
    return turn(runtime, f"report:{activation_id}", busy)


def _issue(
    runtime: Runtime, activation_id: str, by: str, situation: str | None, corrects: int | None
) -> Issued:
    activation = runtime.store.activation(activation_id)
    _require_issuable(runtime, activation, corrects)
    # The lease orders commands of one house; the store's own check holds whatever befalls a lease.
    for attempt in range(1, _TRIES_COUNT + 1):
        report = _composed(runtime, activation, by, situation, corrects)
        entry = JournalEntry(
            at=report.issued_at,
            actor=by,
            subject="report",
            action="report",
            after=str(report.number),
            detail={"corrects": str(corrects or ""), "hash": report.hash[:16]},
        )
        try:
            runtime.store.keep_report(activation_id, report, entry)
        except NumberTakenError:
            if attempt == _TRIES_COUNT:
                raise
            continue
        break
    _mend_files(runtime, activation, below=report.number)
    return Issued(report, *write_files(runtime, activation, report))


def _require_issuable(runtime: Runtime, activation: Activation, corrects: int | None) -> None:
    if activation.state not in _STATES:
        word = catalogue(runtime.house.settings.lang).label("activation_state", activation.state)
        raise TransitionError(
            activation.id,
            say("It is {state}: there is no situation to report.", state=word),
            say("vigie activate first."),
        )
    if corrects is not None:
        runtime.store.report(activation.id, corrects)


def _mend_files(runtime: Runtime, activation: Activation, *, below: int) -> None:
    """Write what a kill kept from being written: the files of the report before."""
    if below > 1:
        write_files(runtime, activation, runtime.store.report(activation.id, below - 1))


def _composed(
    runtime: Runtime, activation: Activation, by: str, text: str | None, corrects: int | None
) -> Report:
    now = runtime.clock()
    known = gather_known(runtime, activation, now)
    number = int(known.previous["number"]) + 1 if known.previous else 1
    due = next_due(runtime, activation)
    paragraph = kept_paragraph(known.previous)
    if text is not None:
        said = text.strip()
        paragraph = Paragraph(text=said, by=by, at=now, from_number=number) if said else None
    situation = compose(
        known,
        now=now,
        by=by,
        paragraph=paragraph,
        corrects=corrects,
        next_at=due.next_at if due else None,
    )
    plain, page = render(runtime, activation, situation)
    data = plain_data(situation)
    return Report(
        number=number,
        issued_at=now,
        issued_by=by,
        file_stem=_file_stem(runtime, activation, number),
        corrects=corrects,
        data=data,
        text=plain,
        html=page,
        hash=content_hash(data, plain, page),
    )


def gather_known(runtime: Runtime, activation: Activation, now: datetime) -> Known:
    """Return everything that a report is made from."""
    store = runtime.store
    sources = runtime.sources_of(activation)
    healths = store.healths(activation.id)
    last = store.last_report(activation.id)
    silent = silent_sources(sources, healths, swept_since(runtime, activation), now)
    held = {
        finding.post
        for finding in store.findings(activation.id)
        if finding.severity == "stop" and finding.post is not None and not finding.decision
    }
    return Known(
        activation=activation,
        observations=store.observations(activation.id),
        journal=store.journal(activation.id),
        sources=sources,
        healths=healths,
        people_rows=store.people_rows(activation.id),
        silent=frozenset(item.id for item in silent) if activation.state == "active" else (),
        measured=frozenset(
            level.ref for level in store.levels(activation.id).values() if level.ref
        ),
        held_count=len(store.quarantined_posts(activation.id, list(held))) if held else 0,
        previous=last.data if last else None,
    )


def _file_stem(runtime: Runtime, activation: Activation, number: int) -> str:
    words = catalogue(runtime.convention_of(activation).workbook.language)
    stem = words.say("Situation report no. {number} {id}", number=number, id=activation.id)
    return f"EXERCICE {stem}" if activation.kind == "exercise" else stem
