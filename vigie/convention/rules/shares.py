"""Rules of where people open the workbook. Called by the loader; pure."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from vigie.convention.document import Breach, Document, Path
from vigie.convention.registry import Registry
from vigie.convention.wording import choose_among, shown
from vigie.language import say

_PLACES: tuple[Path, ...] = (("workbook", "share"), ("exercise", "share"))


def exercises_apart(document: Document, registry: Registry) -> Iterable[Breach]:
    """The share of exercises is another place than the real one, however both are written."""
    del registry
    real, played = (document.value(*place) for place in _PLACES)
    if not isinstance(real, dict) or not isinstance(played, dict):
        return
    for key, form in (("path", posixpath.normpath), ("address", _place_of)):
        one, other = real.get(key), played.get(key)
        if isinstance(one, str) and isinstance(other, str) and form(one) == form(other):
            yield Breach(
                (*_PLACES[1], key),
                say("Exercises would be written to where the real workbooks lie."),
                say("Give exercise.share a folder of its own."),
            )


def _place_of(address: str) -> str:
    """Return a web address without what makes no difference to where it leads."""
    try:
        parts = urlsplit(address.strip())
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError:
        return address
    path = posixpath.normpath(unquote(parts.path) or "/").rstrip("/")
    return f"{(parts.hostname or '').rstrip('.')}:{port}{path}"


def kinds_and_keys(document: Document, registry: Registry) -> Iterable[Breach]:
    """Each share is of a known kind and has the keys of its kind, no others."""
    for place in _PLACES:
        share = document.value(*place)
        if not isinstance(share, dict) or not isinstance(share.get("kind"), str):
            continue  # told by the model
        keys = registry.shares.get(share["kind"])
        if keys is None:
            yield Breach(
                (*place, "kind"),
                say("There is no kind of share '{name}'.", name=shown(share["kind"])),
                choose_among(share["kind"], registry.shares),
            )
            continue
        filled = {key for key in ("path", "address") if share.get(key) is not None}
        for key in sorted(set(keys.needs) - filled):
            yield Breach(
                place,
                say("A share of kind {kind} needs {key}.", kind=share["kind"], key=key),
                say("Add a line {key}: …", key=key),
            )
        for key in sorted(filled - set(keys.allows)):
            yield Breach(
                (*place, key),
                say("A share of kind {kind} has no {key}.", kind=share["kind"], key=key),
                say("Remove the line, or change kind."),
            )
