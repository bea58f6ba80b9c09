"""Sources: how each source is doing, in plain words; useful links by people."""

from __future__ import annotations

from typing import get_args

from vigie.convention.model import Source
from vigie.records.health import SourceState
from vigie.records.observation import CellValue
from vigie.workbook.content import Content
from vigie.workbook.layout import Column, Row

CODE = "sources"

_STATES: tuple[str, ...] = (*get_args(SourceState), "never_asked")

COLUMNS = (
    Column(code="number", owner="machine", width=24),
    Column(code="source_name", owner="machine", width=34),
    Column(
        code="state",
        owner="machine",
        kind="choice",
        width=15,
        choices_context="source_state",
        choices=_STATES,
    ),
    Column(code="since_at", owner="machine", kind="datetime", width=18),
    Column(code="detail", owner="machine", kind="long_text", width=50),
    Column(code="last_attempt_at", owner="machine", kind="datetime", width=18),
    Column(code="last_answer_at", owner="machine", kind="datetime", width=18),
    Column(code="last_news_at", owner="machine", kind="datetime", width=18),
    Column(code="seen_count", owner="machine", kind="integer", width=10),
    Column(code="kept_count", owner="machine", kind="integer", width=10),
    Column(code="cadence_minutes", owner="machine", kind="integer", width=12),
    Column(code="silence_minutes", owner="machine", kind="integer", width=12),
    Column(code="failure_count", owner="machine", kind="integer", width=12),
    Column(code="retry_at", owner="machine", kind="datetime", width=18),
    Column(code="source_kind", owner="machine", width=14),
    Column(code="address", owner="machine", kind="link", width=36),
    Column(code="useful_links", owner="people", kind="link", width=36),
    Column(code="comment", owner="people", kind="long_text", width=36),
)


def rows(content: Content) -> list[Row]:
    """Return one row a source, those never asked included, then the rows people added."""
    own = [
        content.with_people(CODE, _row(source, content), COLUMNS) for source in content.all_sources
    ]
    return own + content.added_rows(CODE, COLUMNS)


def _row(source: Source, content: Content) -> Row:
    values: dict[str, CellValue] = {
        "number": source.id,
        "source_name": source.name,
        "state": "never_asked",
        "cadence_minutes": source.cadence_minutes,
        "silence_minutes": source.silence_minutes,
        "source_kind": source.kind,
        "address": source.address,
    }
    health = content.healths.get(source.id)
    if health is not None:
        values |= {
            "state": health.state,
            "since_at": health.since_at,
            "detail": health.detail,
            "last_attempt_at": health.last_attempt_at,
            "last_answer_at": health.last_answer_at,
            "last_news_at": health.last_news_at,
            "seen_count": health.seen_count,
            "kept_count": health.kept_count,
            "failure_count": health.failure_count or None,
            "retry_at": health.next_try_at,
        }
    return Row(key=source.id, values=values)
