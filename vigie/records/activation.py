"""An activation of a convention on an event, and its journal. Plain records, no behaviour."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["real", "exercise"]
State = Literal["proposed", "alerted", "active", "standby", "closed", "debriefed", "cancelled"]
Door = Literal["volunteer", "partner"]
"""``volunteer``: a member detects and proposes; ``partner``: a partner asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """Everything that identifies an activation. Times are aware UTC.

    Attributes:
        id: ``cote-dor-2``; exercises ``ex-cote-dor-2``.
        convention_text: The convention's YAML frozen at birth; editing the file changes nothing.
        network: Exercises only: base address of the simulated networks.
        communes: INSEE codes given at opening or by ``watch``.
        hashtags: Without ``#``, given at opening or by ``watch``.
        feeds: RSS/Atom addresses added by ``watch``.
    """

    id: str
    convention_id: str
    convention_text: str
    convention_hash: str
    kind: Kind
    state: State
    event: str
    door: Door
    opened_by: str
    created_at: datetime
    activated_at: datetime | None = None
    closed_at: datetime | None = None
    channel: str = ""
    caller: str = ""
    network: str | None = None
    communes: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One change: when, who or what, of what, which field, before and after. Never edited.

    Attributes:
        at: Aware UTC.
        actor: Name of a person, or ``vigie``.
        subject: ``activation``, a ``Réf``, a source id, ``workbook``.
        action: Short English verb code: ``activate``, ``edit``, ``create``, ``set_aside`` …
    """

    at: datetime
    actor: str
    subject: str
    action: str
    field: str = ""
    before: str = ""
    after: str = ""
    channel: str = ""
    detail: Mapping[str, str] = dataclasses.field(default_factory=dict)
