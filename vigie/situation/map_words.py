"""The words of a map in the convention's language: labels, legend, what the page's script says.

Called by the other ``map_`` files. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vigie.language import Catalogue
from vigie.records.observation import CATEGORIES, STATUSES, URGENCIES

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "rescue": ("person_in_danger", "person_missing"),
    "damage": ("building_damage", "network_damage"),
    "roads": ("road_closed", "diversion", "transport"),
    "hazard": ("water", "fire", "wind", "landslide", "pollution"),
    "needs": ("need_water", "need_shelter", "need_clothes", "need_care"),
    "solidarity": ("offer", "request", "collection"),
    "rumour": ("rumour", "denial"),
    "official": ("official",),
    "other": ("noise",),
}
"""The trunk of the category tree. Source: "Category tree" of the domain. What a convention adds,
and what bears no category, is drawn as ``other``."""

COLOURS: Mapping[str, str] = {
    "rescue": "#b3001b",
    "damage": "#7a4a1d",
    "roads": "#b45309",
    "hazard": "#0b63a5",
    "needs": "#0f766e",
    "solidarity": "#2f7d32",
    "rumour": "#7b2d8b",
    "official": "#1f2a6b",
    "other": "#5b6470",
}
"""One colour a family, each with at least 4.5:1 contrast against white; the shape says it too.
Source: WCAG 2.2, 1.4.1 and 1.4.11."""


@dataclass(frozen=True)
class MapWording:
    """Catalogue, time zone and the convention's own category names.

    Args:
        catalogue: The language of the map.
        time_zone: IANA name; times are shown in it.
        categories: Category code to the convention's name (added or renamed).
    """

    catalogue: Catalogue
    time_zone: str
    categories: Mapping[str, str] = field(default_factory=dict)

    def label(self, context: str, code: str) -> str:
        """Return the word for a code; the convention's own names of categories come first."""
        if context == "category":
            if code in self.categories:
                return self.categories[code]
            # On a map « eau » beside « eau potable » would not say which is a flood.
            own = self.catalogue.label("map_category", code)
            if own != code:
                return own
        return self.catalogue.label(context, code)

    def title(self, context: str, code: str) -> str:
        """Return the word for a code with a capital."""
        word = self.label(context, code)
        return f"{word[:1].upper()}{word[1:]}"

    def exercise(self, name: str) -> str:
        """Return a name that says that all of it is played."""
        return self.catalogue.say("EXERCISE - {event}", event=name)


def family_of(category: str) -> str:
    """Return the family of a category; what is not in the tree belongs to ``other``."""
    return next((name for name, codes in FAMILIES.items() if category in codes), "other")


def legend(wording: MapWording, used: frozenset[str]) -> list[dict[str, str]]:
    """Return the categories that a map uses, in the order of the tree, each with its look.

    Args:
        wording: For the labels.
        used: Codes that occur; unknown ones come last.
    """
    known = [code for code in CATEGORIES if code in used]
    others = sorted(used.difference(CATEGORIES))
    return [
        {
            "code": code,
            "label": wording.title("category", code) if code else wording.catalogue.say(_NONE),
            "family": family_of(code),
            "colour": COLOURS[family_of(code)],
        }
        for code in (*known, *others)
    ]


_NONE = "Without category"


def scale(wording: MapWording, context: str) -> list[dict[str, str]]:
    """Return the codes of ``urgency`` or ``status`` with their labels, in their order."""
    codes = URGENCIES if context == "urgency" else STATUSES
    return [{"code": code, "label": wording.title(context, code)} for code in codes]


def script_words(wording: MapWording) -> dict[str, str]:
    """Return what the page's script says, by short name; ``{n}`` is filled by the script."""
    say = wording.catalogue.say
    return {
        "none": say("Without category"),
        "shown": say("{n} of {all} facts shown"),
        "here": say("{n} facts here"),
        "one": say("1 fact here"),
        "nothing": say("No fact fits these filters."),
        "empty": say("There is no fact on this map at present."),
        "unplaced": say("without a place: in this list only"),
        "show_all": say("Show all again"),
        "more": say("Show {n} more"),
        "on_map": say("Show on the map"),
        "link": say("Source"),
        "official_link": say("Official page"),
        "about": say("to within {n} m"),
        "voices": say("{n} independent sources"),
        "members": say("with {refs}"),
        "typed": say("typed: {status}"),
        "no_time": say("time unknown"),
        "stale": say("This page is {n} old: reload it before acting on it."),
        "minutes": say("{n} min"),
        "hours": say("{n} h"),
        "zoom_in": say("Zoom in"),
        "zoom_out": say("Zoom out"),
        "public": say("On the public map"),
        "not_public": say("Not public: {reason}"),
        "all_times": say("All times"),
        "last_hours": say("Last {n} h"),
        "cluster": say("Group of {n} facts"),
        "paper": say("On paper only the first {n} of {all} facts; all are in the .geojson file."),
    }
