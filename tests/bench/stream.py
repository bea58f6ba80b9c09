"""A made stream of Mastodon pages in which about half of the posts repeat another. Pure, seeded.

Repeats are what a flood brings: boosts, the same words with a tracking link, cut ends, "RT @…"
quotes and copied sentences with a new greeting. Facts differ by place, street, height and hour,
so that look-alikes that must stay apart are there as well.
"""

from __future__ import annotations

import html
import json
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

PAGE_SIZE = 40
REPEAT_SHARE = 0.5
_SHIFT_BITS = 16

_FACTS = (
    "{height} cm d'eau rue {street} à {commune}, la cave du {number} est inondée",
    "La D{road} est coupée à {commune}, prendre la D{other} par {near}",
    "{commune} : plus d'électricité rue {street} depuis {hour} h, {people} foyers touchés",
    "Une famille de {people} personnes bloquée à l'étage {number} rue {street}, {commune}",
    "Le niveau de la rivière monte à {commune}, {height} cm de plus qu'à {hour} h",
    "Gymnase ouvert à {commune} pour les sinistrés, {people} lits de camp, rue {street}",
    "Arbre tombé sur la D{road} entre {commune} et {near}, circulation alternée",
    "Voiture emportée au gué de {commune}, les pompiers sont sur place depuis {hour} h",
    "Cherche pompe et bottes à {commune}, {number} rue {street}, merci de relayer",
    "Évacuation en cours à {commune}, quartier {street}, {people} personnes, rendez-vous à {near}",
    "Le pont de {commune} est fermé, {height} cm d'eau sur la chaussée, passer par {near}",
    "Écoles fermées à {commune} demain, cars annulés sur la ligne {number}",
)
_STREETS = (
    *("des Moulins", "de la Gare", "du Pont", "Pasteur", "des Tanneries", "de l'Église"),
    *("Victor-Hugo", "des Tilleuls", "de la République", "du Lavoir", "Jean-Jaurès"),
)
_ENDS = ("", "", "", " Soyez prudents.", " Photo dans un instant.", " Courage à tous !")
_GREETINGS = ("Info relayée : ", "À partager : ", "Important, ", "Vu passer : ")
_TAGS = ("Crue21", "Ouche", "Tille", "CôtedOr", "inondation")


def statuses(
    count: int, communes: Sequence[str], end_at: datetime, seed: int = 21
) -> list[dict[str, Any]]:
    """Return statuses, oldest first, over the five hours before ``end_at``.

    Args:
        count: How many.
        communes: Names of real communes.
        end_at: Aware.
        seed: The same seed gives the same stream.
    """
    dice = random.Random(seed)
    start_at = end_at - timedelta(hours=5)
    step = timedelta(hours=5) / count
    made: list[dict[str, Any]] = []
    originals: list[tuple[dict[str, Any], str]] = []
    for number in range(count):
        at = start_at + number * step
        if originals and dice.random() < REPEAT_SHARE:
            # People repeat what is fresh: most often something of the last hour or so.
            original, text = originals[-1 - int(min(dice.expovariate(1 / 300), len(originals) - 1))]
            made.append(_repeat(original, text, at, number, dice))
        else:
            text = _fact(communes, dice)
            status = _status(text, at, number, dice)
            originals.append((status, text))
            made.append(status)
    return made


def pages(made: Sequence[dict[str, Any]]) -> Iterator[bytes]:
    """Return the stream as a server answers it: pages of 40, newest first within a page."""
    for start in range(0, len(made), PAGE_SIZE):
        page = list(reversed(made[start : start + PAGE_SIZE]))
        yield json.dumps(page, ensure_ascii=False).encode()


def _fact(communes: Sequence[str], dice: random.Random) -> str:
    commune, near = dice.sample(communes, 2)
    words = dice.choice(_FACTS).format(
        commune=commune,
        near=near,
        street=dice.choice(_STREETS),
        number=dice.randint(1, 90),
        height=dice.randrange(10, 130, 5),
        road=dice.randint(1, 996),
        other=dice.randint(1, 996),
        hour=dice.randint(5, 22),
        people=dice.randint(2, 250),
    )
    return f"{words}.{dice.choice(_ENDS)} #{dice.choice(_TAGS)}"


def _repeat(
    original: dict[str, Any], text: str, at: datetime, number: int, dice: random.Random
) -> dict[str, Any]:
    way = dice.randrange(5)
    if way == 0:
        return _status("", at, number, dice) | {"reblog": original}
    if way == 1:
        words = f"{text} https://presse.example/a/{dice.randint(1, 99)}?utm_source=m{number}"
    elif way == 2:
        words = text[: int(len(text) * dice.uniform(0.75, 0.95))].rsplit(" ", 1)[0] + "…"
    elif way == 3:
        words = f"RT @{original['account']['acct']} : {text}"
    else:
        words = dice.choice(_GREETINGS) + text
    return _status(words, at, number, dice)


def _status(text: str, at: datetime, number: int, dice: random.Random) -> dict[str, Any]:
    identity = str((int(at.timestamp() * 1000) << _SHIFT_BITS) | (number & 0xFFFF))
    author = f"compte{dice.randrange(4000)}"
    content = html.escape(text, quote=False)
    for tag in _TAGS:
        link = f'<a href="https://m.example/tags/{tag}" rel="tag">#<span>{tag}</span></a>'
        content = content.replace(f"#{tag}", link)
    return {
        "id": identity,
        "created_at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": "fr",
        "uri": f"https://m.example/users/{author}/statuses/{identity}",
        "url": f"https://m.example/@{author}/{identity}",
        "edited_at": None,
        "content": f"<p>{content}</p>" if content else "",
        "reblog": None,
        "account": {"acct": author, "url": f"https://m.example/@{author}", "bot": False},
        "media_attachments": [],
        "tags": [],
    }
