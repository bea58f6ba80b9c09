"""The map: opened and closed by a named person, written anew after each publication.

Called by ``vigie map`` and by the publication. ``restricted/`` holds every row; ``public/`` exists
only once the map was opened, and says that it is closed when it is. The mapping mission binds:
without it there is no map at all. A fault of the map never stops the workbook.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from vigie.convention.model import Convention, MapPolicy
from vigie.language import catalogue, say
from vigie.operations.leases import lease, turn
from vigie.operations.mapping_files import (
    Drawing,
    empty_public_folder,
    public_files,
    put,
    restricted_files,
)
from vigie.operations.mapping_ground import commune_finder
from vigie.operations.runtime import Runtime
from vigie.problem import BusyError, ConventionError, TransitionError
from vigie.records.activation import Activation, JournalEntry
from vigie.situation.map_items import restricted_items
from vigie.situation.map_public import PublicRules, is_summary_withheld, public_items, refusals
from vigie.sources.registry import connectors

_OFFICIAL_GRADE = "A"
_LIVE = ("active", "standby")
_FAULT_NOTE = "map-fault.txt"


@dataclass(frozen=True, slots=True)
class MapsWritten:
    """One writing of an activation's maps.

    Attributes:
        paths: Every file written, restricted ones first.
        is_open: Whether the public map shows facts.
        refusals: Reason to how many rows are not public for it.
        withheld: ``Réf`` of public rows whose typed summary seems to name somebody.
    """

    paths: tuple[Path, ...]
    is_open: bool
    shown_count: int = 0
    public_count: int = 0
    refusals: Mapping[str, int] = field(default_factory=dict)
    withheld: tuple[str, ...] = ()


def open_map(runtime: Runtime, activation_id: str, *, by: str) -> MapsWritten:
    """Open the public map on a named person's decision, and write the maps.

    Raises:
        TransitionError: If nobody is named, or the activation is not under way.
        ConventionError: If the convention has no mapping mission.
        UnknownActivationError: If there is no such activation.
        BusyError: If the maps are being written for more than a minute.
    """
    activation = runtime.store.activation(activation_id)
    _require_mapping(runtime.convention_of(activation))
    if activation.state not in _LIVE:
        state = catalogue(runtime.house.settings.lang).label("activation_state", activation.state)
        raise TransitionError(
            activation_id,
            say("It is {state}: a map for the public shows what is so now.", state=state),
            say("Activate it first."),
        )
    name = _named(activation_id, by)
    runtime.store.decide_map(activation_id, is_open=True, by=name, at=runtime.clock())
    return write_maps(runtime, activation_id)


def close_map(runtime: Runtime, activation_id: str, *, by: str) -> MapsWritten:
    """Close the public map: its files are emptied, its page says that it is closed.

    Possible at any time, also after the activation has ended.

    Raises:
        TransitionError: If nobody is named, or the map was never opened.
        ConventionError: If the convention has no mapping mission.
        UnknownActivationError: If there is no such activation.
        BusyError: If the maps are being written for more than a minute.
    """
    activation = runtime.store.activation(activation_id)
    _require_mapping(runtime.convention_of(activation))
    name = _named(activation_id, by)
    if runtime.store.map_state(activation_id) is None:
        raise TransitionError(
            activation_id, say("Its public map was never opened; there is nothing to close."), ""
        )
    # Decided first: if the files cannot be written now, the next publication empties them.
    runtime.store.decide_map(activation_id, is_open=False, by=name, at=runtime.clock())
    return write_maps(runtime, activation_id)


def write_maps(runtime: Runtime, activation_id: str) -> MapsWritten:
    """Write the maps as the store has them now.

    Raises:
        ConventionError: If the convention has no mapping mission.
        UnknownActivationError: If there is no such activation.
        BusyError: If they are being written for more than a minute.
    """
    activation = runtime.store.activation(activation_id)
    _require_mapping(runtime.convention_of(activation))
    busy = BusyError(
        activation_id,
        say("Its maps are being written by another command."),
        say("Try again in a moment."),
    )
    with turn(runtime, _lease_name(activation_id), busy):
        return _write(runtime, activation)


def refresh_maps(runtime: Runtime, activation_id: str) -> tuple[str, ...]:
    """Write the maps after a publication, or leave it to whoever writes them at this moment.

    Returns:
        What people must hear: nothing, or the one sentence that tells the map's fault. It is
        journalled once while it lasts.
    """
    try:
        activation = runtime.store.activation(activation_id)
        if "mapping" not in runtime.convention_of(activation).missions:
            return ()
        with lease(runtime, _lease_name(activation_id), "refresh") as is_ours:
            if is_ours:
                _write(runtime, activation)
        _note_fault(runtime, activation_id, "")
    except Exception as fault:  # whatever it is, the workbook has been written and stays so
        text = say("The map could not be written: {fault}", fault=str(fault) or repr(fault))
        _note_fault(runtime, activation_id, text)
        return (text,)
    return ()


def _write(runtime: Runtime, activation: Activation) -> MapsWritten:
    """Write everything; whoever calls holds the turn, so that no older state comes after."""
    # Read inside the turn: a map that was closed meanwhile must not be written open.
    activation = runtime.store.activation(activation.id)
    convention = runtime.convention_of(activation)
    state = runtime.store.map_state(activation.id)
    is_open = state is not None and state.is_open and activation.state in _LIVE
    drawing = Drawing(runtime, activation, convention)
    closed = _close_files(drawing) if state is not None and not is_open else ()
    observations = runtime.store.observations(activation.id)
    rules = _rules(runtime, activation, convention)
    reasons = refusals(observations, rules)
    shown = restricted_items(observations, reasons)
    public = public_items(observations, rules)
    files = restricted_files(drawing, shown, rules.now)
    if is_open:
        files |= public_files(drawing, public, rules.now)
    for path, text in files.items():
        put(path, text, is_public=path.parent == drawing.public_folder)
    return MapsWritten(
        (*files, *closed),
        is_open,
        len(shown),
        len(public),
        Counter(sorted(reasons.values())),
        tuple(
            one.ref for one in observations if one.ref not in reasons and is_summary_withheld(one)
        ),
    )


def _close_files(drawing: Drawing) -> tuple[Path, ...]:
    """Empty the public files before anything else is tried: a fault elsewhere must not keep them.

    Where even the page that says so cannot be made, the files are taken away.
    """
    try:
        files = public_files(drawing, None, drawing.runtime.clock())
        for path, text in files.items():
            put(path, text, is_public=True)
    except Exception:
        empty_public_folder(drawing)
        raise
    return tuple(files)


def _rules(runtime: Runtime, activation: Activation, convention: Convention) -> PublicRules:
    policy = convention.map or MapPolicy(delay_minutes=0)
    kinds = connectors()
    official = [
        item.id
        for item in runtime.sources_of(activation)
        if (item.grade or kinds[item.kind].SOURCE_GRADE) == _OFFICIAL_GRADE
    ]
    return PublicRules(
        now=runtime.clock(),
        delay=timedelta(minutes=policy.delay_minutes),
        max_age=timedelta(hours=policy.max_age_hours),
        official_refs=runtime.store.official_alert_refs(activation.id, official),
        commune_spot=commune_finder(runtime, convention.territory),
    )


def _require_mapping(convention: Convention) -> None:
    if "mapping" not in convention.missions:
        raise ConventionError(
            convention.id,
            say("This convention gives no mapping mission: there is no map."),
            say("Add mapping to its missions, with the partners' agreement."),
        )


def _named(activation_id: str, by: str) -> str:
    if not by.strip():
        raise TransitionError(
            activation_id, say("Nobody is named who decides this."), say("Add --by NAME.")
        )
    return by.strip()


def _lease_name(activation_id: str) -> str:
    return f"map:{activation_id}"


def _note_fault(runtime: Runtime, activation_id: str, text: str) -> None:
    """Journal a fault when it begins, not at every publication while it lasts."""
    note = runtime.house.folder(activation_id) / _FAULT_NOTE
    if not note.parent.is_dir():
        return  # an activation that is not, or not yet: nothing of it is made here
    try:
        before = note.read_text(encoding="utf-8") if note.is_file() else ""
        if before == text:
            return
        if not text:
            note.unlink(missing_ok=True)
            return
        note.write_text(text, encoding="utf-8")
        entry = JournalEntry(
            at=runtime.clock(),
            actor="vigie",
            subject="map",
            action="map_fault",
            detail={"reason": text},
        )
        runtime.store.append_journal(activation_id, [entry])
    except Exception:  # noqa: S110 - said to the caller all the same; nothing may stop here
        pass
