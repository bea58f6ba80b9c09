"""An exercise reaches nothing real: its ways out are named, and each that is closed is journalled.

Called when an exercise opens, at each of its sweeps, and wherever a wall was met. The walls
themselves stand where the ways out are: in the sources' transport (``transport_addresses``), the
shares, the geocoder, the alarms. Must never open a connection. A real activation is left alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import ipaddress
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from vigie.convention.loader import read_convention_text
from vigie.convention.model import Convention
from vigie.language import say
from vigie.operations.addressing import GEOCODER_ID
from vigie.operations.conventions import convention_path
from vigie.operations.runtime import Runtime
from vigie.operations.watched import feed_id
from vigie.problem import Problem, SettingsError
from vigie.records.activation import Activation, JournalEntry
from vigie.records.barred import Barred, BarredCause, origin_of
from vigie.settings import kind_of

MOST_ENTRIES = 50
"""Of one source: what answers hold is hostile, and the journal must stay readable."""
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
"""Read in capitals and small letters. Source: curl(1), ENVIRONMENT."""
_NETWORK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})
_NO_PORT = 0
"""No connection can be made to it: what has no network reaches nothing."""


def is_network_address(address: str) -> bool:
    """Tell whether an address can be that of an exercise's simulated networks.

    Only ``http://`` on 127.0.0.1, ::1 or localhost, with its port and nothing else.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    is_plain = parts.scheme == "http" and "@" not in parts.netloc and parts.path in {"", "/"}
    return is_plain and not parts.query and bool(port) and _is_here(parts.hostname or "")


def network_port(activation: Activation) -> int | None:
    """Return the one port that an exercise may ask; None for a real activation.

    A network that cannot be one, as after an edit of the store, gives a port that nothing has.
    """
    if activation.kind == "real":
        return None
    network = activation.network or ""
    return urlsplit(network).port if is_network_address(network) else _NO_PORT


def require_world(runtime: Runtime, activation: Activation) -> None:
    """Do nothing if an activation belongs into its house, as its kind and its name both say.

    What an exercise may reach is decided from its kind: a store that was edited, or put into the
    other house, must not open a door.

    Raises:
        SettingsError: It does not; in the exercises' house that is journalled.
    """
    kind = runtime.house.kind
    if activation.kind == kind_of(activation.id) == kind:
        return
    note_barred(runtime, activation, "activation", [Barred(address=activation.kind, cause="kind")])
    raise SettingsError(
        activation.id,
        say("This activation does not belong into this house: nothing is asked or written."),
        say("Its database was edited or exchanged; put the right one back."),
    )


def note_barred(
    runtime: Runtime, activation: Activation, subject: str, found: Iterable[Barred]
) -> None:
    """Journal the closed ways out of an exercise, each address and cause once.

    Args:
        runtime: Whose store and clock.
        activation: Whose; of a real one nothing is written.
        subject: Source id, ``workbook``, ``sources`` …
        found: What was closed.
    """
    if runtime.house.kind == "real":
        return
    keys = {one: (activation.id, subject, one) for one in found}
    new = [one for one, key in keys.items() if key not in runtime.noted]
    if not new:
        return
    entries = [
        JournalEntry(
            at=runtime.clock(),
            actor="vigie",
            subject=subject,
            action="barred",
            after=one.address,
            detail={"reason": reason_of(one.cause)},
        )
        for one in new
    ]
    runtime.store.append_journal_once(activation.id, entries, most=MOST_ENTRIES)
    runtime.noted.update(keys[one] for one in new)


def note_ways_out(runtime: Runtime, activation: Activation, convention: Convention) -> None:
    """Journal what stands around an exercise and would lead out of it, were it followed.

    Looked at when the exercise opens and again at every sweep: settings, environment and the
    convention's file may be others by then, above all after it was resumed by another process.
    """
    if runtime.house.kind == "real":
        return
    for subject, barred in _ways_out(runtime, activation, convention):
        note_barred(runtime, activation, subject, [barred])


def reason_of(cause: BarredCause) -> str:
    """Return in plain words why a way out was closed."""
    sentences: dict[BarredCause, str] = {
        "address": say("This address is not the exercise's simulated network: it was not asked."),
        "name": say("This name does not lead to the exercise's simulated network: not asked."),
        "redirect": say("An answer redirects there: it was not followed."),
        "link": say("An answer links there: it was not followed."),
        "form": say("An answer gives an address of this form: it was not asked."),
        "real_source": say("Real sources are not asked: the simulated networks answer for them."),
        "real_share": say("The real share is not touched: the exercise has a place of its own."),
        "share_redirect": say("The share points there: it was not followed."),
        "geocoder": say("The online geocoder is not asked in an exercise."),
        "alarm_command": say("The alarm's command is not run in an exercise."),
        "proxy": say("The proxy of the environment is not used."),
        "convention": say(
            "The convention's file is another by now: the exercise goes on with the text that it "
            "was opened with."
        ),
        "kind": say("The store calls this exercise something else: nothing was asked or written."),
    }
    return sentences[cause]


def _ways_out(
    runtime: Runtime, activation: Activation, convention: Convention
) -> Iterator[tuple[str, Barred]]:
    settings = runtime.house.settings
    origins = sorted({origin_of(source.address) for source in convention.sources})
    yield "sources", Barred(address=" ".join(origins), cause="real_source")
    for feed in activation.feeds:
        yield feed_id(feed), Barred(address=origin_of(feed), cause="real_source")
    share = convention.workbook.share
    if share.address is not None:
        yield "workbook", Barred(address=origin_of(share.address), cause="real_share")
    elif share.path is not None:
        yield "workbook", Barred(address=share.path, cause="real_share")
    if convention.territory.geocoder is not None:
        address = origin_of(settings.geocoder_address)
        yield GEOCODER_ID, Barred(address=address, cause="geocoder")
    if settings.alarm_command is not None:
        # The command itself may hold a password.
        yield "alarm", Barred(address="VIGIE_ALARM_COMMAND", cause="alarm_command")
    for name in _PROXIES:
        value = runtime.environ.get(name) or runtime.environ.get(name.lower())
        if value:
            yield "proxy", Barred(address=f"{name} {origin_of(value)}", cause="proxy")
    yield from _edited_convention(runtime, activation)


def _edited_convention(runtime: Runtime, activation: Activation) -> Iterator[tuple[str, Barred]]:
    """Tell that the file is no longer the text that was frozen; a lost file is told elsewhere."""
    with contextlib.suppress(OSError, UnicodeError, Problem):
        path = convention_path(runtime.house.settings.conventions, activation.convention_id)
        found = hashlib.sha256(read_convention_text(path).encode()).hexdigest()
        if found != activation.convention_hash:
            yield "convention", Barred(address=f"{path.name} {found[:12]}", cause="convention")


def _is_here(host: str) -> bool:
    if host in _NETWORK_HOSTS:
        return True
    with contextlib.suppress(ValueError):
        return str(ipaddress.ip_address(host)) in _NETWORK_HOSTS
    return False
