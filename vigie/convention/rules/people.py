"""Rules of who signs and who answers the telephone. Called by the loader; pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from vigie.convention.document import Breach, Document
from vigie.convention.model import PartyRole
from vigie.convention.registry import Registry
from vigie.language import say

_KNOWN_ROLES = frozenset(get_args(PartyRole))
VOLUNTEER_ROLES = frozenset({"vost", "association"})


def coordinator_reachable(document: Document, _registry: Registry) -> Iterable[Breach]:
    """There is a coordinator, and a way to reach each of them."""
    contacts = document.mappings("contacts")
    coordinators = [(at, item) for at, item in contacts if item.get("role") == "coordinator"]
    if isinstance(document.value("contacts"), list) and not coordinators:
        yield Breach(
            ("contacts",),
            say("No contact is the coordinator."),
            say("Add a contact with role: coordinator; an activation begins with that call."),
        )
    for at, item in coordinators:
        if not item.get("telephone") and not item.get("mail"):
            yield Breach(
                ("contacts", at),
                say("The coordinator can be reached by neither telephone nor mail."),
                say('Add a line telephone: "+33 …" or mail: ….'),
            )


def volunteers_signed(document: Document, _registry: Registry) -> Iterable[Breach]:
    """At least one party is a VOST or an association: without volunteers there is no support."""
    roles = {str(item.get("role")) for _, item in document.mappings("parties")}
    if not roles <= _KNOWN_ROLES:
        return  # a misspelt role is told as such
    if isinstance(document.value("parties"), list) and not roles & VOLUNTEER_ROLES:
        yield Breach(
            ("parties",),
            say("No party provides volunteers."),
            say("Give one party the role vost or association."),
        )
