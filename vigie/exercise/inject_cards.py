"""Injects as texts to read out or hand over: what players get, and the animators' own card.

Called by the conduct of a play and by ``vigie exercise injects --write``. Pure: returns file names
and texts. Players' texts exist only for what no network shows (calls, requests, words to a role,
letters without a mailbox): posts and articles are for the players to find. What the inject is
(truth, expected reaction, place of the fact) stands on the animators' cards alone.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from vigie.exercise.inject_words import held_injects, name_in, one_line, safe_text, words_of
from vigie.exercise.scenario import Inject, Scenario, exercise_time
from vigie.exercise.timeline import ShownInject, shown_injects
from vigie.language import Catalogue
from vigie.records.play import InjectChange

BANNER = "EXERCICE EXERCICE EXERCICE"
CARD_NAME = re.compile(r"^T\+[0-9]{2,3}-[0-5][0-9] [a-z][a-z0-9-]{0,39} [^/\\]+\.txt$")
"""What the names of our files look like: others in the same folder are nobody's business."""
_WIDTH = 78
_UNSAFE = re.compile(r"[^\w .'’()-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the cards are made with.

    Attributes:
        words: Their language.
        zone: Of the legal hour.
        started_at: Legal time at T+00:00; aware UTC.
        minute: Of exercise now: what is shown by then was played; None before the exercise, when
            everything is written to be printed.
        places: Fact to its place in words, for the animators.
    """

    words: Catalogue
    zone: ZoneInfo
    started_at: datetime
    minute: float | None = None
    places: Mapping[str, str] = field(default_factory=dict)


def player_texts(scenario: Scenario, changes: Iterable[InjectChange], desk: Desk) -> dict[str, str]:
    """Return file name to text of what animators say or hand to players, by exercise time.

    Args:
        scenario: As it was when the play opened.
        changes: Held, fired by hand, moved, edited or added while running.
        desk: Its ``minute`` leaves out what is not shown yet.
    """
    texts = {}
    for one in shown_injects(scenario, changes):
        is_due = desk.minute is None or one.minute <= desk.minute
        if is_due and not one.is_swept:
            texts[_file_name(one.inject, one.minute, scenario, desk)] = _player_text(
                one, scenario, desk
            )
    return texts


def animator_cards(
    scenario: Scenario, changes: Iterable[InjectChange], desk: Desk
) -> dict[str, str]:
    """Return file name to text of every inject's card, held ones marked, by exercise time.

    Args:
        scenario: As it was when the play opened.
        changes: Held, fired by hand, moved, edited or added while running.
        desk: Its ``minute`` tells what was played already.
    """
    known = tuple(changes)
    cards = {}
    for one in shown_injects(scenario, known):
        name = _file_name(one.inject, one.minute, scenario, desk)
        cards[name] = _card(one, scenario, desk, _state(one, desk))
    for inject in held_injects(scenario, known):
        mark = desk.words.say("HELD BACK")
        name = _file_name(inject, inject.shown_minute, scenario, desk, mark)
        one = ShownInject(inject, float(inject.shown_minute))
        cards[name] = _card(one, scenario, desk, mark)
    return dict(sorted(cards.items()))


def _file_name(
    inject: Inject, minute: float, scenario: Scenario, desk: Desk, mark: str = ""
) -> str:
    """Return a name that sorts by exercise time: hours as wide as the scenario's longest."""
    hours, rest = divmod(max(0, int(minute)), 60)
    width = 3 if scenario.duration_minutes >= 100 * 60 else 2
    channel = _UNSAFE.sub("", desk.words.label("inject_channel", inject.content.channel))
    marked = f" {_UNSAFE.sub('', mark)}" if mark else ""
    return f"T+{hours:0{width}d}-{rest:02d} {inject.id} {channel}{marked}.txt"


def _state(one: ShownInject, desk: Desk) -> str:
    if desk.minute is None or one.minute > desk.minute:
        return desk.words.say("planned")
    return desk.words.say("played")


def _player_text(one: ShownInject, scenario: Scenario, desk: Desk) -> str:
    said = words_of(one.inject, desk.words)
    place = desk.places.get(one.inject.truth.fact or "", "")
    head = _head(one, scenario, desk)
    # What the caller did not say is for the players to find out.
    if place and place.split(",")[0].casefold() in said.casefold():
        head.append((desk.words.say("Place"), place.split(",")[0]))
    return _page([*_aligned(head), "", *_wrapped(said), *_media(one.inject, desk)])


def _card(one: ShownInject, scenario: Scenario, desk: Desk, state: str) -> str:
    inject, say = one.inject, desk.words.say
    truth = desk.words.label("truth_kind", inject.truth.kind)
    if inject.truth.fact:
        fact = scenario.fact(inject.truth.fact)
        truth = f"{truth} · {fact.id} : {one_line(fact.summary)}"
    head = [(say("Inject"), f"{inject.id} · {state}"), *_head(one, scenario, desk)]
    head.append((say("Place"), desk.places.get(inject.truth.fact or "", "–")))
    tail = [(say("Truth"), truth), (say("Expected"), _expected(one, desk))]
    if inject.note:
        tail.append((say("Note"), one_line(inject.note)))
    said = _wrapped(words_of(inject, desk.words))
    body = [*_aligned(head), "", *said, *_media(inject, desk), "", *_aligned(tail)]
    return _page([say("ANIMATION: not to be handed to players"), "", *body])


def _expected(one: ShownInject, desk: Desk) -> str:
    wanted = one.inject.expect
    if wanted is None:
        return "–"
    return desk.words.say(
        "{reaction} ({role}, before {due}; {deliverable})",
        reaction=one_line(wanted.reaction),
        role=one_line(wanted.of),
        due=exercise_time(int(one.minute + wanted.within_minutes)),
        deliverable=desk.words.label("deliverable", wanted.deliverable),
    )


def _head(one: ShownInject, scenario: Scenario, desk: Desk) -> list[tuple[str, str]]:
    say = desk.words.say
    legal = (desk.started_at + timedelta(minutes=one.minute)).astimezone(desk.zone)
    return [
        (say("Exercise time"), exercise_time(int(one.minute))),
        (say("Legal time"), f"{legal:%d/%m/%Y %H:%M} ({desk.zone.key})"),
        (say("From"), name_in(scenario, one.inject.sender)),
        (say("To"), name_in(scenario, one.inject.to)),
        (say("Channel"), desk.words.label("inject_channel", one.inject.content.channel)),
    ]


def _media(inject: Inject, desk: Desk) -> list[str]:
    if not inject.media:
        return []
    return ["", *_wrapped(desk.words.say("[Enclosed: {media}]", media=safe_text(inject.media)))]


def _aligned(pairs: list[tuple[str, str]]) -> list[str]:
    width = max(len(name) for name, _ in pairs)
    lines = []
    for name, value in pairs:
        indent = " " * (width + 3)
        folded = _folded(value, _WIDTH - len(indent))
        lines.append(f"{name:<{width}} : {folded[0]}")
        lines += [f"{indent}{rest}" for rest in folded[1:]]
    return lines


def _wrapped(text: str) -> list[str]:
    return [part for line in text.split("\n") for part in _folded(line, _WIDTH)]


def _page(lines: list[str]) -> str:
    return "\n".join([BANNER, "", *lines, "", BANNER, ""])


def _folded(text: str, width: int) -> list[str]:
    """Fold at spaces only: names of communes have hyphens."""
    return textwrap.wrap(text, width, break_on_hyphens=False) or [""]
