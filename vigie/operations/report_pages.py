"""Words for a point de situation: the plain text and the page to print, from their templates.

Called by ``reporting``. Reads templates and the style sheet, a user's own before the shipped ones;
writes nothing.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from vigie.language import catalogue
from vigie.operations.briefing import template_environment
from vigie.operations.runtime import TEMPLATES, Runtime
from vigie.records.activation import Activation
from vigie.situation.report import Situation
from vigie.situation.report_text import finished, lines
from vigie.situation.report_wording import ReportWording, bars

_CHART = {"width": 520, "height": 60}
"""Units of the page's small chart."""


def render(runtime: Runtime, activation: Activation, situation: Situation) -> tuple[str, str]:
    """Return a situation as plain text and as a page."""
    convention = runtime.convention_of(activation)
    language = convention.workbook.language
    zone = ZoneInfo(convention.workbook.time_zones[0])
    wording = ReportWording(
        catalogue=catalogue(language),
        zone=zone,
        now=situation.issued_at,
        categories=convention.categories,
    )
    style = _style(runtime) + _page_marks(convention.workbook.language, situation)
    given: dict[str, Any] = {
        "s": situation,
        "convention": convention,
        "zone": zone.key,
        "is_exercise": activation.kind == "exercise",
        "bars": bars(situation.trend.hours, **_CHART),
        "chart": _CHART,
        "style": Markup(style),  # noqa: S704 - our own style sheet, no text from outside
        "style_hash": base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        **{
            name: getattr(wording, name)
            for name in dir(ReportWording)
            if not name.startswith("_") and callable(getattr(ReportWording, name))
        },
    }
    environment = template_environment(runtime, language)
    environment.filters["lines"] = lines
    text = environment.get_template("report.txt.j2").render(**given)
    page = environment.get_template("report.html.j2").render(**given)
    return finished(text), page


def _style(runtime: Runtime) -> str:
    """Return the style sheet; a user's own comes before the shipped one."""
    own = runtime.house.settings.home / "templates" / "report" / "report.css"
    path = own if own.is_file() else TEMPLATES / "report" / "report.css"
    return f"\n{path.read_text(encoding='utf-8').strip()}\n"


def _page_marks(language: str, situation: Situation) -> str:
    """Return the style of the printed pages' margins: whose report this is, on every page."""
    words = catalogue(language)
    name = words.say(
        "Situation report no. {number} {id}", number=situation.number, id=situation.activation_id
    )
    foot, head = f"{name} · {words.say('Restricted')}", ""
    if situation.kind == "exercise":
        head = words.say("EXERCISE · EXERCISE · EXERCISE")
    pages = f"@bottom-left {{ content: {_css_text(foot)}; }}"
    if head:
        pages += f" @top-center {{ content: {_css_text(head)}; }}"
    return f"@page {{ {pages} }}\n@page :first {{ @top-center {{ content: none; }} }}\n"


def _css_text(text: str) -> str:
    """Return a text as a CSS string; whatever could end it is written by its number."""
    written = (mark if mark.isalnum() or mark in " .°·-" else f"\\{ord(mark):x} " for mark in text)
    return '"' + "".join(written) + '"'
