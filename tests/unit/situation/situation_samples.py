"""Rows for the tests of the point de situation: hand-made ones and any that hypothesis finds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from vigie.records.activation import Activation
from vigie.records.observation import CATEGORIES, STATUSES, URGENCIES, Observation
from vigie.situation.report import Known

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def activation(kind: str = "real", state: str = "active") -> Activation:
    """Return an activation that has run for five hours."""
    return Activation(
        id="ex-cote-dor-1" if kind == "exercise" else "cote-dor-1",
        convention_id="cote-dor",
        convention_text="",
        convention_hash="",
        kind=kind,  # type: ignore[arg-type]
        state=state,  # type: ignore[arg-type]
        event="Crue de l'Ouche",
        door="partner",
        opened_by="Anne",
        created_at=NOW - timedelta(hours=5),
        activated_at=NOW - timedelta(hours=5),
    )


def row(number: int, people: dict[str, Any] | None = None, **machine: Any) -> Observation:
    """Return a machine's row, with what people typed on it."""
    said: dict[str, Any] = {
        "observed_at": NOW - timedelta(minutes=number),
        "received_at": NOW - timedelta(minutes=number),
        "urgency": "normal",
        "status": "unverified",
        "category": "water",
        "summary": f"L'eau monte, signalement {number}",
        "commune": "Dijon",
        "source": "Mastodon (piaille.fr)",
        "link": f"https://piaille.example/@lea_{number}/1",
        "author": "auteur-abc",
        "corroboration_count": 1,
        "source_grade": "F",
        "information_grade": 6,
        "entered_by": "Vigie",
    }
    return Observation(ref=f"CO21-{number:04d}", machine=said | machine, people=people or {})


CONFIRMED = {"status": "confirmed", "evidence": "appel CODIS", "verified_by": "Léa"}


def known(observations: list[Observation], **changes: Any) -> Known:
    """Return everything that a report is made from, with these rows."""
    fields: dict[str, Any] = {"activation": activation(), "observations": observations}
    return Known(**(fields | changes))


_TEXTS = st.text(st.characters(codec="utf-8"), max_size=60) | st.sampled_from(
    ["ok", "https://x.example/1", "CO21-0001", "CO21-0003"]
)


@st.composite
def observations(draw: st.DrawFn) -> list[Observation]:
    """Any rows: any status, urgency, category, evidence, merging, withdrawal."""
    found = []
    for number in range(1, draw(st.integers(0, 12)) + 1):
        people: dict[str, Any] = {}
        for column, values in (
            ("status", st.sampled_from(STATUSES)),
            ("urgency", st.sampled_from(URGENCIES)),
            ("evidence", _TEXTS),
            ("verified_by", st.sampled_from(["Léa", "Vigie", "", "Luc"])),
            ("grouped_with", st.sampled_from([f"CO21-{n:04d}" for n in range(1, 13)])),
            ("summary", _TEXTS),
            ("commune", _TEXTS),
        ):
            if draw(st.integers(0, 2)) == 0:
                people[column] = draw(values)
        made = row(
            number,
            people,
            category=draw(st.sampled_from([*CATEGORIES, None, "own_category"])),
            urgency=draw(st.sampled_from(URGENCIES)),
            summary=draw(_TEXTS),
            source_grade=draw(st.sampled_from(["A", "F"])),
        )
        found.append(
            Observation(
                ref=made.ref,
                machine=made.machine,
                people=made.people,
                is_withdrawn=draw(st.integers(0, 9)) == 0,
            )
        )
    return found
