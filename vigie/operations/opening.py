"""Opening and ending activations: the store's side of every transition.

Called by the command line and by the activation flow. Prefect's side (deployments, first sweep)
is the flows'. Every transition is journalled with who, when, by which channel.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from vigie.activation.states import Action, require_door, take_step, validity
from vigie.convention.loader import load_convention, read_convention_text
from vigie.convention.model import Convention
from vigie.language import say
from vigie.operations.conventions import convention_path, convention_registry
from vigie.operations.runtime import Runtime
from vigie.operations.territory import commune_code, commune_named, hashtag_of
from vigie.problem import ConventionError, TransitionError
from vigie.records.activation import Activation, Door, JournalEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What the coordinator knows when an activation is born.

    Attributes:
        by: Name of the person who decides.
        channel: Telephone, mail, radio … in free words.
        caller: Who asked, if somebody did.
        network: Exercises only: base address of the simulated networks.
        despite_expiry: Why an expired convention is used all the same.
    """

    convention_id: str
    event: str
    by: str
    door: Door = "partner"
    channel: str = ""
    caller: str = ""
    communes: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    network: str | None = None
    despite_expiry: str = ""


def open_activation(runtime: Runtime, opening: Opening, action: Action) -> Activation:
    """Create an activation (``propose``, ``alert`` or ``activate``) with its convention frozen.

    Raises:
        ConventionError: If the convention is wrong or expired, or allows no exercises.
        TransitionError: If the door is not its, or the kind of the house and the network do not
            fit.
    """
    path = convention_path(runtime.house.settings.conventions, opening.convention_id)
    convention = load_convention(path, convention_registry())
    now = runtime.clock()
    _check_opening(runtime, convention, opening)
    step = take_step(None, action, at=now, by=opening.by, channel=opening.channel)
    text = read_convention_text(path)
    activation = Activation(
        id="",
        convention_id=convention.id,
        convention_text=text,
        convention_hash=hashlib.sha256(text.encode()).hexdigest(),
        kind=runtime.house.kind,
        state=step.after,
        event=opening.event,
        door=opening.door,
        opened_by=step.by,
        created_at=now,
        activated_at=now if step.after == "active" else None,
        channel=opening.channel,
        caller=opening.caller,
        network=opening.network,
        communes=tuple(
            commune_code(name, runtime.gazetteer, convention.territory) for name in opening.communes
        ),
        hashtags=tuple(hashtag_of(tag) for tag in opening.hashtags),
    )
    detail = {"door": opening.door, "caller": opening.caller, "event": opening.event}
    if opening.despite_expiry:
        detail["despite_expiry"] = opening.despite_expiry
    entry = replace(step.entry(), detail=detail)
    return runtime.store.create_activation(activation, entry)


def _check_opening(runtime: Runtime, convention: Convention, opening: Opening) -> None:
    require_door(convention, opening.door)
    if runtime.house.kind == "exercise":
        if not convention.exercise.allowed:
            raise ConventionError(convention.id, say("This convention allows no exercises."), "")
        if not opening.network:
            raise TransitionError(
                convention.id,
                say("An exercise needs the address of its simulated networks."),
                say("Give --network http://127.0.0.1:PORT."),
            )
    elif opening.network:
        raise TransitionError(
            convention.id,
            say("Simulated networks are for exercises only."),
            say("Add --exercise, or leave --network out."),
        )
    check_validity(runtime, convention, opening.despite_expiry)


def check_validity(runtime: Runtime, convention: Convention, despite_expiry: str) -> None:
    """Refuse a convention outside its dates, unless a reason is given.

    The day is that of the convention's first time zone.

    Raises:
        ConventionError: If it is not valid today and no reason is given.
    """
    zone = ZoneInfo(convention.workbook.time_zones[0])
    verdict = validity(convention, runtime.clock().astimezone(zone).date())
    if verdict != "valid" and not despite_expiry:
        raise ConventionError(
            convention.id,
            say(
                "This convention is valid from {start} to {end} only.",
                start=convention.valid_from.isoformat(),
                end=convention.valid_until.isoformat(),
            ),
            say("Renew it, or give --despite-expiry with the reason."),
        )


def move_activation(
    runtime: Runtime,
    activation_id: str,
    action: Action,
    *,
    by: str,
    channel: str = "",
    reason: str = "",
) -> Activation:
    """Take one step of an activation's life and journal it.

    Raises:
        TransitionError: If its state does not allow the step.
        UnknownActivationError: If there is no such activation.
    """
    activation = runtime.store.activation(activation_id)
    now = runtime.clock()
    step = take_step(activation.state, action, at=now, by=by, channel=channel, reason=reason)
    state = step.after
    changes: dict[str, Any] = {"state": state}
    if state == "active" and activation.activated_at is None:
        changes["activated_at"] = now
    if state in ("closed", "cancelled"):
        changes["closed_at"] = now
    moved = runtime.store.change_activation(
        activation_id, [step.entry()], expected=activation.state, **changes
    )
    if state in ("closed", "cancelled"):
        days = runtime.convention_of(moved).retention_days
        runtime.store.set_purge_at(activation_id, now + timedelta(days=days))
    return moved


def purge_day(runtime: Runtime, activation: Activation) -> date:
    """Return the day (UTC) from which an ended activation is to be purged."""
    ended_at = activation.closed_at or runtime.clock()
    days = runtime.convention_of(activation).retention_days
    return (ended_at + timedelta(days=days)).date()


_FEED = re.compile(r"^https?://\S+$")


def watch(
    runtime: Runtime,
    activation_id: str,
    *,
    add: tuple[str, ...],
    remove: tuple[str, ...],
    by: str,
) -> Activation:
    """Add or remove hashtags, communes (INSEE code or name) and feeds of a live activation.

    A feed is an ``http(s)://`` address, a commune an INSEE code or a name of the territory written
    without ``#``; everything else is a hashtag.

    Raises:
        TransitionError: If the activation has ended.
        UnknownActivationError: If there is no such activation, or nothing of that name to remove.
    """
    activation = runtime.store.activation(activation_id)
    if activation.state not in ("proposed", "alerted", "active", "standby"):
        raise TransitionError(
            activation_id, say("This activation has ended; nothing more is watched."), ""
        )
    fields: dict[str, tuple[str, ...]] = {
        "hashtags": activation.hashtags,
        "communes": activation.communes,
        "feeds": activation.feeds,
    }
    before = dict(fields)
    for item in add:
        field, value = _classify(runtime, activation, item)
        if value.casefold() not in {known.casefold() for known in fields[field]}:
            fields[field] = (*fields[field], value)
    for item in remove:
        field, value = _classify(runtime, activation, item)
        fields[field] = _without(activation_id, fields[field], value)
    entries = [
        JournalEntry(
            at=runtime.clock(),
            actor=by,
            subject="activation",
            action="watch",
            field=field,
            before=" ".join(before[field]),
            after=" ".join(values),
        )
        for field, values in fields.items()
        if values != before[field]
    ]
    if not entries:
        return activation
    return runtime.store.change_activation(
        activation_id, entries, expected=activation.state, **fields
    )


def _classify(runtime: Runtime, activation: Activation, item: str) -> tuple[str, str]:
    text = item.strip()
    if _FEED.match(text):
        return "feeds", text
    if text.startswith("#"):
        return "hashtags", hashtag_of(text)
    territory = runtime.convention_of(activation).territory
    place = commune_named(text, runtime.gazetteer, territory)
    if place is not None:
        return "communes", place.insee
    return "hashtags", hashtag_of(text)


def _without(where: str, values: tuple[str, ...], value: str) -> tuple[str, ...]:
    kept = tuple(known for known in values if known.casefold() != value.casefold())
    if kept == values:
        raise TransitionError(
            where,
            say("'{value}' is not watched.", value=value),
            say("Watched: {known}.", known=", ".join(values) or "-"),
        )
    return kept
