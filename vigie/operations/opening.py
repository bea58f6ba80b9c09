"""Opening and ending activations: the store's side of every transition.

Called by the command line and by the activation flow. Prefect's side (deployments, first sweep)
is the flows'. Every transition is journalled with who, when, by which channel.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import textwrap
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from vigie.activation.states import Action, require_door, take_step, validity
from vigie.convention.loader import load_convention, read_convention_text
from vigie.convention.model import Convention
from vigie.language import say
from vigie.operations.conventions import convention_path, convention_registry
from vigie.operations.isolation import is_network_address, note_ways_out
from vigie.operations.mapping import refresh_maps
from vigie.operations.placing import workbook_share
from vigie.operations.runtime import Runtime
from vigie.operations.territory import commune_code, commune_named, hashtag_of
from vigie.operations.watched import added_feed
from vigie.problem import ConventionError, TransitionError
from vigie.records.activation import Activation, Door, JournalEntry
from vigie.store.activations import ChangedMeanwhileError


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
    opened = runtime.store.create_activation(activation, entry)
    note_ways_out(runtime, opened, convention)
    return opened


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
        if not is_network_address(opening.network):
            raise TransitionError(
                convention.id,
                say("Simulated networks lie on this machine only."),
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
    try:
        step = take_step(activation.state, action, at=now, by=by, channel=channel, reason=reason)
    except TransitionError as error:
        raise TransitionError(activation_id, error.what, error.cure) from error
    state = step.after
    changes: dict[str, Any] = {"state": state}
    if state == "active" and activation.activated_at is None:
        changes["activated_at"] = now
    if state in ("closed", "cancelled"):
        changes["closed_at"] = now
        # In the same transaction: an end without its day of purge would be kept for ever.
        changes["purge_at"] = now + timedelta(days=runtime.convention_of(activation).retention_days)
    moved = runtime.store.change_activation(
        activation_id, [step.entry()], expected=activation.state, **changes
    )
    if "closed_at" in changes and runtime.store.map_state(activation_id) is not None:
        # A cancelled activation is never published again: its public map must end here.
        refresh_maps(runtime, activation_id)
    return moved


def close_activation(
    runtime: Runtime, activation_id: str, *, by: str, reason: str, channel: str = ""
) -> tuple[Activation, bool]:
    """Close an activation, or take a closing up again that was cut off before its last revision.

    Returns:
        The closed activation, and whether it was closed before.

    Raises:
        TransitionError: If its state does not allow it, or it is closed and its last revision
            lies in its place.
        UnknownActivationError: If there is no such activation.
    """
    activation = runtime.store.activation(activation_id)
    if activation.state != "closed" or _has_last_revision(runtime, activation):
        moved = move_activation(
            runtime, activation_id, "close", by=by, reason=reason, channel=channel
        )
        return moved, False
    entry = JournalEntry(
        at=runtime.clock(),
        actor=by.strip(),
        subject="activation",
        action="finish",
        channel=channel.strip(),
        detail={"reason": reason.strip()} if reason.strip() else {},
    )
    runtime.store.append_journal(activation_id, [entry])
    return activation, True


def _has_last_revision(runtime: Runtime, activation: Activation) -> bool:
    """Tell whether the file in its place is the final one, as the store knows it.

    The store knows a revision before its file is put in place; only both together are the end.
    """
    last = runtime.store.last_revision(activation.id)
    if last is None or not last.is_final:
        return False
    share = workbook_share(runtime, activation)
    seen = share.read(share.name)
    return seen is not None and hashlib.sha256(seen.data).hexdigest() == last.file_hash


def purge_day(runtime: Runtime, activation: Activation) -> date:
    """Return the day (UTC) from which an ended activation is to be purged."""
    ended_at = activation.closed_at or runtime.clock()
    days = runtime.convention_of(activation).retention_days
    return (ended_at + timedelta(days=days)).date()


_ADDRESS = re.compile(r"^[a-z][a-z0-9+.-]*:/", re.IGNORECASE)
"""Whoever types this means an address, whether or not it can be one."""
_SECRET = re.compile(r"(?<=//)\S*@")
_SHOWN_CHARACTERS = 200
_TRIES_COUNT = 20
"""Each try that fails is one in which somebody else's change was kept."""


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
    without ``#``; everything else is a hashtag. Several commands at once all keep what they say.

    Raises:
        TransitionError: If the activation has ended, an address cannot be a feed's, or there is
            nothing of that name to remove.
        UnknownActivationError: If there is no such activation.
        BusyError: If others change the same activation again and again.
    """
    for _ in range(_TRIES_COUNT - 1):
        with contextlib.suppress(ChangedMeanwhileError):
            return _watch_once(runtime, activation_id, add=add, remove=remove, by=by)
    return _watch_once(runtime, activation_id, add=add, remove=remove, by=by)


def _watch_once(
    runtime: Runtime,
    activation_id: str,
    *,
    add: tuple[str, ...],
    remove: tuple[str, ...],
    by: str,
) -> Activation:
    activation = runtime.store.activation(activation_id)
    if activation.state not in ("proposed", "alerted", "active", "standby"):
        raise TransitionError(
            activation_id, say("This activation has ended; nothing more is watched."), ""
        )
    fields: dict[str, Any] = {
        "hashtags": activation.hashtags,
        "communes": activation.communes,
        "feeds": activation.feeds,
    }
    before = dict(fields)
    for item in add:
        field, value = _classify(runtime, activation, item)
        if field == "feeds":
            _require_feed(value)
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
        activation_id, entries, expected=activation.state, unless_changed=before, **fields
    )


def _classify(runtime: Runtime, activation: Activation, item: str) -> tuple[str, str]:
    text = item.strip()
    if _ADDRESS.match(text):
        return "feeds", text
    if text.startswith("#"):
        return "hashtags", hashtag_of(text)
    territory = runtime.convention_of(activation).territory
    place = commune_named(text, runtime.gazetteer, territory)
    if place is not None:
        return "communes", place.insee
    return "hashtags", hashtag_of(text)


def _require_feed(address: str) -> None:
    """Refuse an address that no sweep could ask: one that is stored is asked at every sweep.

    Raises:
        TransitionError: If it is none; a password in it is neither stored nor shown.
    """
    try:
        added_feed(address)
        # A password that holds a stroke makes what stands before it look like host and port.
        _ = urlsplit(address).port
    except ValueError:
        raise TransitionError(
            _shown(address),
            say("This is not an address that a feed can be read at."),
            say(
                "Give https://host/path, without spaces, without name and password, of at most "
                "500 characters."
            ),
        ) from None


def _shown(value: str) -> str:
    """Return what people typed as it may be shown: without a password, not endless."""
    return textwrap.shorten(_SECRET.sub("***@", value), _SHOWN_CHARACTERS, placeholder="…")


def _without(where: str, values: tuple[str, ...], value: str) -> tuple[str, ...]:
    kept = tuple(known for known in values if known.casefold() != value.casefold())
    if kept == values:
        raise TransitionError(
            where,
            say("'{value}' is not watched.", value=_shown(value)),
            say("Watched: {known}.", known=", ".join(values) or "-"),
        )
    return kept
