"""Intake by hand: links, notes of telephone calls and lists become posts like any others.

Called by ``vigie intake``. What comes goes through the same analysis as a sweep: checks, gathering,
places, triage. The same file given twice changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass
from pathlib import PurePath

from vigie.language import catalogue, say
from vigie.operations.analysis import analyse
from vigie.operations.collecting import source_lease
from vigie.operations.leases import analysis_turn, turn
from vigie.operations.runtime import Runtime
from vigie.problem import BusyError, Problem, TransitionError
from vigie.records.activation import Activation, JournalEntry
from vigie.records.collected import Collected
from vigie.records.post import Post
from vigie.sources.hand_notes import HandItem, HandReading, read_notes
from vigie.sources.hand_tables import MOST_ROWS, decode_text, is_table, read_csv, read_rows
from vigie.workbook.package import SheetList, read_lists

SOURCE_ID = "intake"
SOURCE_KEY = "intake:hand"
FILE_LIMIT_MB = 20
_ROWS_ASKED = MOST_ROWS + 20
_LIVE = ("active", "standby")


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeAccount:
    """What became of everything that was given.

    Attributes:
        rows_count: ``new_count + known_count + len(refused)``.
        known_count: Was there already: given before, or twice in this file.
        refused: Line and reason.
        quarantined_count: Of the new ones, those that a check holds back.
        refs: ``Réf`` of new rows.
        updated_count: Known rows that what is new has joined.
    """

    rows_count: int
    new_count: int
    known_count: int
    refused: tuple[tuple[int, str], ...] = ()
    quarantined_count: int = 0
    refs: tuple[str, ...] = ()
    updated_count: int = 0


def take_in(
    runtime: Runtime, activation_id: str, data: bytes, *, name: str, by: str, origin: str = ""
) -> IntakeAccount:
    """Take in what a person gives.

    Args:
        runtime: Whose store and clock.
        activation_id: Into which activation; active or in standby.
        data: The file as it is, or what was typed.
        name: Of the file; ``-`` for what was typed.
        by: Who enters it; stands in ``Saisi par``.
        origin: Who told it; stands in ``Source``.

    Raises:
        Problem: If nobody's name is given, or the file cannot be read.
        TransitionError: If the activation is not running.
        BusyError: If another intake into this activation does not end.
    """
    by = " ".join(by.split())
    if not by:
        raise Problem("--by", say("A name is missing."), say("Say who enters this."))
    activation = runtime.store.activation(activation_id)
    if activation.state not in _LIVE:
        raise TransitionError(
            activation_id,
            say("It is not running, so nothing can be entered."),
            say("Activate it first, or enter this into the one that runs."),
        )
    convention = runtime.convention_of(activation)
    workbook = convention.workbook
    reading = _read(data, name, workbook.time_zones[0], workbook.language)
    busy = BusyError(
        activation_id, say("Another intake has not ended."), say("Try again in a minute.")
    )
    with turn(runtime, source_lease(activation_id, SOURCE_ID), busy):
        posts = _posts(runtime, activation, reading, by, origin)
        return _commit(runtime, activation, reading, posts, by)


def _read(data: bytes, name: str, time_zone: str, language: str) -> HandReading:
    """Take the file apart by what it is, whatever it is called."""
    if len(data) > FILE_LIMIT_MB * 1_000_000:
        raise Problem(name, say("The file is larger than {limit} MB.", limit=FILE_LIMIT_MB))
    ending = PurePath(name).suffix.lower()
    try:
        if data.startswith(b"PK") or ending in {".xlsx", ".xlsm"}:
            return _read_workbook(read_lists(data, _ROWS_ASKED), time_zone, language)
        if data.startswith(b"\xd0\xcf\x11\xe0") or b"\x00\x00\x00" in data[:400]:
            raise ValueError(say("This is neither text, CSV nor an .xlsx workbook."))
        text = decode_text(data)
        if ending == ".csv" or is_table(text):
            return read_csv(text, time_zone, language)
    except ValueError as error:
        raise Problem(
            name,
            str(error),
            say(
                "Write headings in the first row, such as: Date; Heure; Texte; Lien; Commune; "
                "Auteur; Source. Save as .csv or .xlsx."
            ),
        ) from error
    reading = read_notes(text, language)
    if not reading.items:
        raise Problem(name, say("There is nothing in it."))
    return reading


def _read_workbook(sheets: list[SheetList], time_zone: str, language: str) -> HandReading:
    """The first sheet that has headings."""
    failure = ValueError(say("No row of headings was recognised."))
    for sheet in sheets:
        try:
            reading = read_rows(sheet.rows, time_zone, language)
        except ValueError as error:
            failure = error
            continue
        return _without_uncomputed(reading, sheet)
    raise failure


def _without_uncomputed(reading: HandReading, sheet: SheetList) -> HandReading:
    """Refuse rows that show something in a spreadsheet which the file does not hold."""
    reason = say("A formula in it was never computed: open and save it in a spreadsheet.")
    bad = tuple((item.line, reason) for item in reading.items if item.line in sheet.uncomputed_rows)
    return HandReading(
        rows_count=reading.rows_count,
        items=tuple(item for item in reading.items if item.line not in sheet.uncomputed_rows),
        refused=tuple(sorted((*reading.refused, *bad))),
    )


def _posts(
    runtime: Runtime, activation: Activation, reading: HandReading, by: str, origin: str
) -> dict[str, Post]:
    now = runtime.clock()
    label = runtime.convention_of(activation).workbook.language
    posts: dict[str, Post] = {}
    for item in reading.items:
        native_id = _identity(item)
        posts.setdefault(
            native_id,
            Post(
                source_key=SOURCE_KEY,
                source_id=SOURCE_ID,
                native_id=native_id,
                kind="message",
                text=item.text,
                captured_at=now,
                payload=json.dumps(dict(item.original), ensure_ascii=False),
                url=item.url,
                author=item.author,
                posted_at=item.posted_at,
                point=item.point,
                entered_by=by,
                origin=origin.strip() or item.origin or intake_name(label),
            ),
        )
    return posts


def intake_name(language: str) -> str:
    """Return what stands in ``Source`` where nobody said who told it."""
    return catalogue(language).say("Entered by hand")


def _identity(item: HandItem) -> str:
    """The same words, link and time are the same thing, whoever enters them and when."""
    parts = (item.text, item.url or "", item.posted_at.isoformat() if item.posted_at else "")
    return f"sha256:{hashlib.sha256(json.dumps(parts).encode()).hexdigest()}"


def _commit(
    runtime: Runtime,
    activation: Activation,
    reading: HandReading,
    posts: dict[str, Post],
    by: str,
) -> IntakeAccount:
    keys = [(SOURCE_KEY, native_id) for native_id in posts]
    known = runtime.store.known_posts(activation.id, keys)
    fresh = [post for post in posts.values() if (SOURCE_KEY, post.native_id) not in known]
    account = IntakeAccount(
        rows_count=reading.rows_count,
        new_count=len(fresh),
        known_count=len(reading.items) - len(fresh),
        refused=reading.refused,
    )
    if not fresh:
        return account
    sweep_id = f"intake-{uuid.uuid4().hex[:12]}"
    now = runtime.clock()
    share = Collected(
        sweep_id=sweep_id,
        source_id=SOURCE_ID,
        source_key=SOURCE_KEY,
        started_at=now,
        finished_at=now,
        state="ok",
        seen_count=reading.rows_count,
        posts=tuple(fresh),
    )
    with analysis_turn(runtime, activation.id):
        runtime.store.stage(activation.id, share)
        result = analyse(runtime, activation.id, sweep_id)
    runtime.store.append_journal(
        activation.id,
        [
            JournalEntry(
                at=now,
                actor=by,
                subject=SOURCE_ID,
                action="intake",
                after=str(len(fresh)),
            )
        ],
    )
    return IntakeAccount(
        rows_count=account.rows_count,
        new_count=account.new_count,
        known_count=account.known_count,
        refused=account.refused,
        quarantined_count=result.quarantined_count,
        refs=result.new_refs,
        updated_count=result.updated_count,
    )
