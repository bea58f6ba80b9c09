"""Solidarité: needs and offers, moderated by people. Only with the mission of relaying them."""

from __future__ import annotations

from vigie.workbook.content import Content
from vigie.workbook.layout import Column, Row

CODE = "solidarity"
MISSION = "solidarity_relay"

COLUMNS = (
    Column(code="number", owner="machine", width=8),
    Column(
        code="solidarity_kind",
        owner="people",
        kind="choice",
        width=12,
        choices_context="solidarity_kind",
        choices=("need", "offer", "collection"),
    ),
    Column(code="what", owner="people", kind="long_text", width=46),
    Column(code="where", owner="people", width=28),
    Column(code="organiser_contact", owner="people", width=28),
    Column(code="valid_until", owner="people", kind="datetime", width=18),
    Column(code="moderated_by", owner="people", width=18),
    Column(code="closed_at", owner="people", kind="datetime", width=18),
    Column(code="comment", owner="people", kind="long_text", width=36),
)


def rows(content: Content) -> list[Row]:
    """Return the people's rows in the order in which they came."""
    return content.added_rows(CODE, COLUMNS)
