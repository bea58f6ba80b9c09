"""Briefing texts: what is sent to the volunteers and to the partner when an activation opens.

Plain text, ready to paste into a message; written from templates of the convention's language. A
user's own ``templates/`` folder in ``VIGIE_HOME`` overrides the shipped ones.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, select_autoescape

from vigie.language import catalogue
from vigie.operations.placing import workbook_place
from vigie.operations.runtime import TEMPLATES, Runtime

BRIEFINGS = ("briefing-volunteers.txt", "briefing-partner.txt")


def write_briefings(runtime: Runtime, activation_id: str) -> list[Path]:
    """Write the briefing texts into the restricted folder and return their paths."""
    activation = runtime.store.activation(activation_id)
    convention = runtime.convention_of(activation)
    words = catalogue(convention.workbook.language)
    zone = ZoneInfo(convention.workbook.time_zones[0])
    environment = template_environment(runtime, convention.workbook.language)

    def local(at: datetime) -> str:
        return at.astimezone(zone).strftime("%d/%m/%Y %H:%M")

    folder = runtime.house.restricted(activation_id)
    paths = []
    for name in BRIEFINGS:
        text = environment.get_template(f"{name}.j2").render(
            activation=activation,
            convention=convention,
            sources=runtime.sources_of(activation),
            workbook=workbook_place(runtime, activation),
            local=local,
            zone=zone.key,
            label=words.label,
            is_exercise=activation.kind == "exercise",
        )
        prefix = "EXERCICE " if activation.kind == "exercise" else ""
        path = folder / f"{prefix}{name.removesuffix('.txt')} {activation.id}.txt"
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths


def template_environment(runtime: Runtime, language: str) -> Environment:
    """Return the templates of a language; a user's own come before the shipped ones."""
    own = runtime.house.settings.home / "templates" / language
    return Environment(
        loader=ChoiceLoader([FileSystemLoader(own), FileSystemLoader(TEMPLATES / language)]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        # Plain text for messages; HTML templates are escaped by their name.
        autoescape=select_autoescape(("html", "html.j2"), default_for_string=False),
    )
