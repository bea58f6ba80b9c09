"""Words for a point de situation: the plain text and the page to print, from their templates.

Called by ``reporting``. Reads templates and style sheets, a user's own before the shipped ones;
writes nothing.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from vigie.language import catalogue
from vigie.operations.briefing import template_environment
from vigie.operations.printed_pages import PrintedStyle, printed_style
from vigie.operations.runtime import Runtime
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
    printed = _style(runtime, language, situation)
    given: dict[str, Any] = {
        "s": situation,
        "convention": convention,
        "zone": zone.key,
        "is_exercise": activation.kind == "exercise",
        "bars": bars(situation.trend.hours, **_CHART),
        "chart": _CHART,
        "style": printed.style,
        "style_hash": printed.style_hash,
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


def _style(runtime: Runtime, language: str, situation: Situation) -> PrintedStyle:
    words = catalogue(language)
    name = words.say(
        "Situation report no. {number} {id}", number=situation.number, id=situation.activation_id
    )
    is_exercise = situation.kind == "exercise"
    return printed_style(
        runtime,
        "report",
        foot=f"{name} · {words.say('Restricted')}",
        head=words.say("EXERCISE · EXERCISE · EXERCISE") if is_exercise else "",
    )
