"""The life of an activation: what is allowed, what is refused and how it is said."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from vigie.activation.states import (
    ACTIONS,
    FINAL_STATES,
    Action,
    allowed_actions,
    next_state,
    require_door,
    take_step,
    validity,
)
from vigie.convention.loader import Registry, parse_convention
from vigie.convention.model import Convention
from vigie.problem import TransitionError
from vigie.records.activation import State

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
STATES: list[State | None] = [None, *get_args(State)]
ALLOWED: dict[tuple[State | None, Action], State] = {
    (None, "propose"): "proposed",
    (None, "alert"): "alerted",
    (None, "activate"): "active",
    ("proposed", "alert"): "alerted",
    ("proposed", "activate"): "active",
    ("proposed", "cancel"): "cancelled",
    ("alerted", "activate"): "active",
    ("alerted", "cancel"): "cancelled",
    ("active", "standby"): "standby",
    ("active", "close"): "closed",
    ("standby", "resume"): "active",
    ("standby", "close"): "closed",
    ("closed", "debrief"): "debriefed",
}


class _Anything(BaseModel):
    """Stands for every connector and check: this test is about doors and dates."""


@pytest.fixture(scope="module")
def convention() -> Convention:
    """The convention of the loader's tests, valid from 2026-01-01 to 2028-12-31."""
    path = Path(__file__).resolve().parents[1] / "convention" / "essai.yml"
    registry = Registry(
        {"mastodon": _Anything, "vigilance": _Anything},
        {"text_present": _Anything, "posted_at_plausible": _Anything},
        ["flood", "storm"],
    )
    return parse_convention(path.read_text(encoding="utf-8"), "essai", registry)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("action", ACTIONS)
def test_each_step_is_allowed_or_names_what_is(state: State | None, action: Action) -> None:
    """Every pair of state and step gives the state of the domain's table or a helpful refusal."""
    if (state, action) in ALLOWED:
        assert next_state(state, action) == ALLOWED[state, action]
        return
    with pytest.raises(TransitionError) as raised:
        next_state(state, action)
    told = str(raised.value)
    assert action in told
    for possible in allowed_actions(state):
        assert possible in told.split("Possible maintenant")[1]


@given(st.lists(st.sampled_from(ACTIONS), max_size=30))
def test_no_walk_leaves_the_end(actions: list[Action]) -> None:
    """Whatever is tried, an ended activation never runs again."""
    state: State | None = None
    has_ended = False
    for action in actions:
        try:
            state = next_state(state, action)
        except TransitionError:
            continue
        has_ended = has_ended or state in FINAL_STATES
        assert not has_ended or state in FINAL_STATES


def test_a_step_carries_who_when_how_and_why() -> None:
    """A step becomes a journal entry with person, time, channel, states and reason."""
    step = take_step("active", "close", at=NOW, by=" Anne ", channel="telephone", reason="décrue")
    entry = step.entry()
    assert (entry.actor, entry.at, entry.channel) == ("Anne", NOW, "telephone")
    assert (entry.before, entry.after, entry.detail) == ("active", "closed", {"reason": "décrue"})


@pytest.mark.parametrize(("by", "reason"), [("", "décrue"), ("  ", "décrue"), ("Anne", " ")])
def test_closing_needs_a_name_and_a_reason(by: str, reason: str) -> None:
    """Nothing is closed by nobody or for no reason."""
    with pytest.raises(TransitionError):
        take_step("active", "close", at=NOW, by=by, reason=reason)


def test_naive_times_are_refused() -> None:
    """A step without time zone is a fault of the program."""
    with pytest.raises(ValueError, match="aware"):
        take_step(None, "activate", at=datetime(2026, 1, 1), by="Anne")  # noqa: DTZ001


def test_only_open_doors_lead_in(convention: Convention) -> None:
    """A door that the convention lacks is refused and the open ones are named."""
    require_door(convention, "volunteer")
    narrow = convention.model_copy(update={"doors": ["partner"]})
    with pytest.raises(TransitionError, match="partenaire"):
        require_door(narrow, "volunteer")


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2025, 12, 31), "not_yet"),
        (date(2026, 1, 1), "valid"),
        (date(2028, 12, 31), "valid"),
        (date(2029, 1, 1), "expired"),
    ],
)
def test_both_dates_are_inside(convention: Convention, today: date, expected: str) -> None:
    """A convention holds from its first to its last day, both included."""
    assert validity(convention, today) == expected
