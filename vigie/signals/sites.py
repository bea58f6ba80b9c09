"""Places that a convention lists, found in texts: stations, bridges, stretches, kilometre points.

Called by operations beside ``places``. Pure; a listed name needs no further evidence, because
people of the territory wrote it down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vigie.convention.model import KnownPlace
from vigie.signals.normalisation import open_hashtags, without_addresses, words
from vigie.signals.roads import roads_in

_MOST_CHARACTERS = 4_000


@dataclass(frozen=True, slots=True)
class Site:
    """A listed place with the ways in which it is written, folded, longest first."""

    place: KnownPlace
    spellings: tuple[tuple[str, ...], ...]


def sites_of(places: Sequence[KnownPlace]) -> tuple[Site, ...]:
    """Return listed places ready to be held to texts."""
    return tuple(
        Site(
            place,
            tuple(
                sorted(
                    {tuple(words(name)) for name in (place.name, *place.aliases)} - {()},
                    key=lambda spelling: (-len(spelling), spelling),
                )
            ),
        )
        for place in places
    )


def sites_in(text: str, sites: Sequence[Site]) -> tuple[KnownPlace, ...]:
    """Return the listed places that a text names, those of most words first, then in list order."""
    if not sites:
        return ()
    said = words(open_hashtags(without_addresses(text[:_MOST_CHARACTERS])))
    named = {tuple(words(road.code)) for road in roads_in(text)}
    found = []
    for number, site in enumerate(sites):
        size = max(
            (len(one) for one in site.spellings if one in named or _stands_in(one, said)), default=0
        )
        if size:
            found.append((-size, number, site.place))
    return tuple(place for _, _, place in sorted(found, key=lambda one: one[:2]))


def _stands_in(spelling: tuple[str, ...], said: list[str]) -> bool:
    size = len(spelling)
    return any(
        said[at] == spelling[0] and tuple(said[at : at + size]) == spelling
        for at in range(len(said) - size + 1)
    )
