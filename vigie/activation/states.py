"""The states of an activation and the steps between them.

Called by the operations before anything is stored, and by the command line for what is allowed.
Pure: times and names come in as arguments.

Source: ``proposed → alerted → active ⇄ standby → closed → debriefed``, or ``cancelled``
(the domain's "Life of an activation"; docs/architecture.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from vigie.convention.model import Convention
from vigie.language import say
from vigie.problem import TransitionError
from vigie.records.activation import Door, JournalEntry, State

Action = Literal["propose", "alert", "activate", "standby", "resume", "close", "cancel", "debrief"]
ACTIONS: tuple[Action, ...] = get_args(Action)
Validity = Literal["valid", "not_yet", "expired"]

_STEPS: Mapping[State | None, Mapping[Action, State]] = {
    None: {"propose": "proposed", "alert": "alerted", "activate": "active"},
    "proposed": {"alert": "alerted", "activate": "active", "cancel": "cancelled"},
    "alerted": {"activate": "active", "cancel": "cancelled"},
    "active": {"standby": "standby", "close": "closed"},
    "standby": {"resume": "active", "close": "closed"},
    "closed": {"debrief": "debriefed"},
    "debriefed": {},
    "cancelled": {},
}
RUNNING_STATES: frozenset[State] = frozenset({"active"})
"""States in which sweeps run."""
FINAL_STATES: frozenset[State] = frozenset({"closed", "debriefed", "cancelled"})
"""States in which nothing is collected any more."""
_NEEDS_REASON: frozenset[Action] = frozenset({"close", "cancel"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One step in an activation's life: who, when, by which channel, why.

    Attributes:
        before: None at birth.
        at: Aware UTC.
    """

    action: Action
    before: State | None
    after: State
    at: datetime
    by: str
    channel: str = ""
    reason: str = ""

    def entry(self) -> JournalEntry:
        """Return the journal's line for this step."""
        return JournalEntry(
            at=self.at,
            actor=self.by,
            subject="activation",
            action=self.action,
            field="state",
            before=self.before or "",
            after=self.after,
            channel=self.channel,
            detail={"reason": self.reason} if self.reason else {},
        )


def allowed_actions(state: State | None) -> tuple[Action, ...]:
    """Return the steps that a state allows, in the order of an activation's life."""
    return tuple(action for action in ACTIONS if action in _STEPS[state])


def next_state(state: State | None, action: Action) -> State:
    """Return the state after a step.

    Args:
        state: The present state; None before birth.
        action: The step.

    Raises:
        TransitionError: If the state does not allow the step; it names the steps that are.
    """
    after = _STEPS[state].get(action)
    if after is not None:
        return after
    what = say(
        "'{action}' is not possible: the activation is {state}.", action=action, state=_word(state)
    )
    allowed = ", ".join(allowed_actions(state))
    cure = say("Possible now: {allowed}.", allowed=allowed) if allowed else say("It has ended.")
    raise TransitionError("", what, cure)


def take_step(
    state: State | None,
    action: Action,
    *,
    at: datetime,
    by: str,
    channel: str = "",
    reason: str = "",
) -> Transition:
    """Return a step with all that the journal wants to know of it.

    Args:
        state: The present state; None before birth.
        action: The step.
        at: Aware time; kept in UTC by the caller.
        by: Name of the person who decides.
        channel: How the decision came, for example ``telephone``.
        reason: Why; closing and cancelling need one.

    Raises:
        TransitionError: If the state does not allow the step, nobody is named, or a reason is
            missing.
        ValueError: If ``at`` has no time zone.
    """
    if at.tzinfo is None:
        raise ValueError("a transition needs an aware time")
    after = next_state(state, action)
    if not by.strip():
        raise TransitionError("", say("Nobody is named who decides this."), say("Add --by NAME."))
    if action in _NEEDS_REASON and not reason.strip():
        what = say("'{action}' needs a reason.", action=action)
        raise TransitionError("", what, say("Add --reason TEXT."))
    return Transition(
        action=action,
        before=state,
        after=after,
        at=at,
        by=by.strip(),
        channel=channel.strip(),
        reason=reason.strip(),
    )


def require_door(convention: Convention, door: Door) -> None:
    """Refuse a way in that the convention does not open.

    Raises:
        TransitionError: If the convention lacks the door; it names those that are open.
    """
    if door in convention.doors:
        return
    raise TransitionError(
        convention.id,
        say("This convention is not opened by '{door}'.", door=_door(door)),
        say("It is opened by: {doors}.", doors=", ".join(_door(name) for name in convention.doors)),
    )


def _word(state: State | None) -> str:
    """Return a state as people say it, for the middle of a sentence."""
    words: Mapping[State | None, str] = {
        None: say("not opened yet"),
        "proposed": say("proposed"),
        "alerted": say("alerted"),
        "active": say("active"),
        "standby": say("in standby"),
        "closed": say("closed"),
        "debriefed": say("debriefed"),
        "cancelled": say("cancelled"),
    }
    return words[state]


def _door(door: Door) -> str:
    return say("a volunteer's proposal") if door == "volunteer" else say("a partner's call")


def validity(convention: Convention, today: date) -> Validity:
    """Return whether a convention holds on a day; both its dates are inside.

    Args:
        convention: The convention.
        today: The day in the convention's first time zone.
    """
    if today < convention.valid_from:
        return "not_yet"
    return "expired" if today > convention.valid_until else "valid"
