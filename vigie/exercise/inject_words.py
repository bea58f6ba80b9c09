"""An inject in plain words, safe for a terminal and for a text file: who, to whom, what is said.

Called by the cards, the live view and the list of injects. Pure.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from vigie.exercise.inject_channels import (
    AlertContent,
    ArticleContent,
    GaugeContent,
    MailContent,
    PostContent,
    ReachContent,
    RoadContent,
    VigilanceContent,
)
from vigie.exercise.scenario import Inject, Scenario
from vigie.language import Catalogue
from vigie.records.play import InjectChange

_TURNING = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F)))
"""Marks that turn the direction of writing: they can make a text read as another.
Source: Unicode Standard Annex 9, explicit directional formatting characters."""


def safe_text(text: str) -> str:
    """Return a text without control characters; line ends stay, tabs become spaces."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").split("\n")
    return "\n".join(
        "".join(
            c for c in line if c not in _TURNING and unicodedata.category(c) not in {"Cc", "Cs"}
        )
        for line in lines
    )


def one_line(text: str) -> str:
    """Return a text on one line, without control characters."""
    return " ".join(safe_text(text).split())


def name_in(scenario: Scenario, who: str) -> str:
    """Return the name of a member of the cast; other words as they are."""
    names = {member.id: member.name for member in scenario.cast}
    return one_line(names.get(who, who))


def words_of(inject: Inject, words: Catalogue) -> str:
    """Return what an inject says, whatever its channel; lines as its author wrote them.

    Args:
        inject: As it stands.
        words: Language of what we add.
    """
    content = inject.content
    parts: tuple[str, ...]
    if isinstance(content, VigilanceContent):
        parts = (
            words.say(
                "Vigilance {domain}, phenomenon {phenomenon}: level {level}",
                domain=content.domain,
                phenomenon=content.phenomenon,
                level=content.level,
            ),
        )
    elif isinstance(content, ReachContent):
        parts = (words.say("{name}: level {level}", name=content.name, level=content.level),)
    elif isinstance(content, GaugeContent):
        parts = (
            words.say(
                "Station {station}: {metres} m", station=content.station, metres=content.metres
            ),
        )
    elif isinstance(content, RoadContent):
        parts = (content.road, content.text)
    elif isinstance(content, AlertContent):
        parts = (content.headline, content.text)
    elif isinstance(content, MailContent):
        parts = (content.subject, content.text)
    elif isinstance(content, ArticleContent | PostContent):
        parts = (content.title, content.text)
    else:
        parts = (content.text,)
    return safe_text("\n".join(part for part in parts if part))


def held_injects(scenario: Scenario, changes: Iterable[InjectChange]) -> list[Inject]:
    """Return the injects that are held back, as they would be shown, by their own time.

    Args:
        scenario: As it was when the play opened.
        changes: What animators changed.
    """
    own = {inject.id: inject for inject in scenario.injects}
    held = []
    for change in changes:
        if change.state != "held":
            continue
        if change.text:
            held.append(Inject.model_validate_json(change.text))
        elif change.inject_id in own:
            held.append(own[change.inject_id])
    return sorted(held, key=lambda one: (one.shown_minute, one.id))
