"""Équipe: the roster, who is here since when, handover notes. Written by people."""

from __future__ import annotations

from vigie.workbook.content import Content
from vigie.workbook.layout import Column, Row

CODE = "team"

ROLES = (
    "coordinator",
    "deputy",
    "monitor",
    "verifier",
    "cartographer",
    "relay",
    "liaison",
)
"""Roles of an activation. Source: the domain's "Life of an activation"."""

COLUMNS = (
    Column(code="number", owner="machine", width=8),
    Column(code="name", owner="people", width=26),
    Column(
        code="role",
        owner="people",
        kind="choice",
        width=20,
        choices_context="team_role",
        choices=ROLES,
    ),
    Column(code="platform", owner="people", width=22),
    Column(code="telephone", owner="people", width=20),
    Column(code="availability", owner="people", width=28),
    Column(code="checked_in_at", owner="people", kind="datetime", width=18),
    Column(code="checked_out_at", owner="people", kind="datetime", width=18),
    Column(code="hours", owner="people", kind="decimal", width=9),
    Column(code="handover_note", owner="people", kind="long_text", width=60),
)


def rows(content: Content) -> list[Row]:
    """Return the people's rows in the order in which they came."""
    return content.added_rows(CODE, COLUMNS)
