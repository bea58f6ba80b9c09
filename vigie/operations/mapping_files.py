"""The files of the maps: names, texts, and writing them whole or not at all.

Called by ``mapping``. Exercises carry EXERCICE in name and banner, and name no address outside.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from vigie.convention.model import Convention
from vigie.language import catalogue, say
from vigie.operations.mapping_ground import ground_of
from vigie.operations.mapping_page import render_page
from vigie.operations.runtime import Runtime
from vigie.problem import SettingsError
from vigie.records.activation import Activation
from vigie.situation.map_geojson import (
    MapHead,
    feature_collection,
    json_text,
    local_text,
    umap_document,
)
from vigie.situation.map_items import LonLat, MapItem
from vigie.situation.map_page import page_data
from vigie.situation.map_persons import names_somebody
from vigie.situation.map_words import MapWording

_STEM = "carte"
_FRANCE: LonLat = (2.5, 46.6)
_STALE_PUBLICATIONS = 5
"""A page is old when so many publications should have rewritten it since."""


@dataclass
class Drawing:
    """What all files of one activation share."""

    runtime: Runtime
    activation: Activation
    convention: Convention

    @property
    def restricted_folder(self) -> Path:
        """For volunteers and crisis managers only."""
        return self.runtime.house.restricted(self.activation.id)

    @property
    def public_folder(self) -> Path:
        """What may be served to everybody."""
        return self.runtime.house.folder(self.activation.id) / "public"

    @cached_property
    def wording(self) -> MapWording:
        """The convention's words."""
        workbook = self.convention.workbook
        return MapWording(
            catalogue(workbook.language), workbook.time_zones[0], self.convention.categories
        )

    @property
    def is_exercise(self) -> bool:
        """Then every file says so."""
        return self.activation.kind == "exercise"

    def named(self, end: str) -> str:
        """Return a file's name."""
        return f"{'EXERCICE ' if self.is_exercise else ''}{_STEM}.{end}"

    def head(self, now: datetime, *, is_public: bool) -> MapHead:
        """Return title and notice; an event's words that name somebody are not for the public."""
        say = self.wording.catalogue.say
        event = self.activation.event
        if is_public and names_somebody(event):
            event = self.convention.name
        title = self.wording.exercise(event) if self.is_exercise else event
        notice = say("Restricted to the crisis cell and the volunteers. Do not pass on.")
        if is_public:
            notice = say("In danger? Call 18 or 112 first. This map does not call for help.")
        return MapHead(
            title=title,
            notice=notice,
            updated_at=now,
            is_exercise=self.is_exercise,
            made_at=self.runtime.wall_clock(),
        )

    def page(self, items: Sequence[MapItem] | None, head: MapHead, *, is_public: bool) -> str:
        """Return a page; None items = the map is closed."""
        settings = self.runtime.house.settings
        ground, _ = ground_of(self.runtime, self.convention.territory)
        data = None
        if items is not None:
            data = page_data(
                items,
                head,
                self.wording,
                is_public=is_public,
                stale_minutes=settings.publication_minutes * _STALE_PUBLICATIONS,
            )
        return render_page(
            self.runtime,
            self.wording.catalogue.code,
            data,
            ground,
            head=head,
            updated=local_text(head.updated_at, self.wording),
            zone=self.wording.time_zone,
            is_public=is_public,
            is_exercise=self.is_exercise,
            convention=self.convention.name,
            identity=self.activation.id,
        )


def restricted_files(drawing: Drawing, items: Sequence[MapItem], now: datetime) -> dict[Path, str]:
    """Return path to text of what the crisis cell may see."""
    folder, head = drawing.restricted_folder, drawing.head(now, is_public=False)
    document = feature_collection(items, head, drawing.wording, is_public=False)
    return {
        folder / drawing.named("html"): drawing.page(items, head, is_public=False),
        folder / drawing.named("geojson"): json_text(document),
    }


def public_files(
    drawing: Drawing, items: Sequence[MapItem] | None, now: datetime
) -> dict[Path, str]:
    """Return path to text of what everybody may see; None items = closed, every file is empty."""
    folder, head = drawing.public_folder, drawing.head(now, is_public=True)
    shown = items or ()
    if items is None:
        say = drawing.wording.catalogue.say
        head = replace(head, notice=say("This map is closed. {notice}", notice=head.notice))
    document = feature_collection(shown, head, drawing.wording, is_public=True)
    umap = umap_document(
        shown, head, drawing.wording, middle=_middle(drawing), data_url=_data_url(drawing)
    )
    return {
        folder / drawing.named("geojson"): json_text(document),
        folder / drawing.named("umap"): json_text(umap),
        folder / drawing.named("html"): drawing.page(items, head, is_public=True),
    }


def empty_public_folder(drawing: Drawing) -> None:
    """Take the public files away: for when not even the page that says "closed" can be made."""
    for end in ("html", "geojson", "umap"):
        (drawing.public_folder / drawing.named(end)).unlink(missing_ok=True)


def put(path: Path, text: str, *, is_public: bool) -> None:
    """Write a file whole: a reader sees the former one or this one, never a half.

    Args:
        path: Its folder is made where it is missing.
        text: Written as UTF-8.
        is_public: A web server reads it too; else it is the owner's alone.

    Raises:
        SettingsError: If it cannot be written there.
    """
    try:
        _put(path, text, is_public=is_public)
    except OSError as error:
        raise SettingsError(
            str(path),
            say("It cannot be written: {fault}.", fault=error.strerror or type(error).__name__),
            say("Look at space and rights there, then: vigie map write ID."),
        ) from error


def _put(path: Path, text: str, *, is_public: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o755 if is_public else 0o700)
    half = path.with_name(f".{secrets.token_hex(6)}.tmp")
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644 if is_public else 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            # An event typed into a terminal may hold bytes that are no text.
            file.write(text.encode("utf-8", "replace"))
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def _data_url(drawing: Drawing) -> str | None:
    """Return where the public GeoJSON is served; an exercise names no address outside."""
    policy = drawing.convention.map
    if drawing.is_exercise or policy is None or policy.base_url is None:
        return None
    return f"{policy.base_url.rstrip('/')}/{drawing.named('geojson')}"


def _middle(drawing: Drawing) -> LonLat:
    _, bounds = ground_of(drawing.runtime, drawing.convention.territory)
    if bounds is None:
        return _FRANCE
    west, south, east, north = bounds
    return ((west + east) / 2, (south + north) / 2)
