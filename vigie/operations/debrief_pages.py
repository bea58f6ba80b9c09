"""The debrief's printed report, from its template. Called by ``debriefing``.

Reads templates and the style sheet, a user's own before the shipped ones; writes nothing.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from vigie.debrief.charts import delays_chart, rows_chart, sources_chart
from vigie.debrief.facts import FactLine
from vigie.debrief.observed import THEMES, Observed
from vigie.debrief.retex import Retex, entry_key
from vigie.debrief.wording import Words
from vigie.operations.briefing import template_environment
from vigie.operations.runtime import TEMPLATES, Runtime
from vigie.records.debrief import DebriefEntry

_SUMMARY_CHARACTERS = 160
"""Of a row in the annex: it reminds, it does not quote."""


def debrief_page(runtime: Runtime, retex: Retex, words: Words) -> str:
    """Return the page."""
    style = _style(runtime) + _page_marks(retex, words)
    given: dict[str, Any] = {
        "r": retex,
        "k": retex.known,
        "words": words,
        "label": words.label,
        "moment": words.moment,
        "minutes": words.minutes,
        "elapsed": words.elapsed,
        "zone": words.zone.key,
        "charts": {
            "rows": rows_chart(retex.over_time, words),
            "delays": delays_chart(retex.delays, words),
            "sources": sources_chart(retex.sources, words),
        },
        "key_steps": [step for step in retex.timeline if step.is_key],
        "themes": _themes(retex),
        "remark_themes": _remark_themes(retex),
        "key": lambda entry: entry_key(entry, retex.activation_id),
        "day": _day,
        "short": _short,
        "style": Markup(style),  # noqa: S704 - our own style sheet, no text from outside
        "style_hash": base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    }
    environment = template_environment(runtime, words.catalogue.code)
    return environment.get_template("debrief.html.j2").render(**given)


def _themes(retex: Retex) -> list[tuple[str, Sequence[Observed]]]:
    return [
        (theme, rows)
        for theme in THEMES
        if (rows := [one for one in retex.observed if one.theme == theme])
    ]


def _remark_themes(retex: Retex) -> list[tuple[str, list[DebriefEntry]]]:
    """Return people's remarks by theme, known themes first, each in the order of writing."""
    found: dict[str, list[DebriefEntry]] = {}
    for entry in (*retex.remarks("hot"), *retex.remarks("cold")):
        found.setdefault(str(entry.values.get("theme") or "other"), []).append(entry)
    order = {theme: at for at, theme in enumerate(THEMES)}
    return sorted(found.items(), key=lambda item: order.get(item[0], len(order)))


def _day(text: object) -> str:
    """Return an ISO date as people write it."""
    year, _, rest = str(text or "").partition("-")
    month, _, day = rest.partition("-")
    return f"{day}/{month}/{year}" if day else str(text or "")


def _short(fact: FactLine) -> str:
    text = fact.summary
    return text if len(text) <= _SUMMARY_CHARACTERS else f"{text[: _SUMMARY_CHARACTERS - 1]}…"


def _style(runtime: Runtime) -> str:
    own = runtime.house.settings.home / "templates" / "debrief" / "debrief.css"
    path = own if own.is_file() else TEMPLATES / "debrief" / "debrief.css"
    return f"\n{path.read_text(encoding='utf-8').strip()}\n"


def _page_marks(retex: Retex, words: Words) -> str:
    """Return the style of the printed pages' margins: whose debrief this is, on every page."""
    name = words.say("Debrief no. {number} {id}", number=retex.number, id=retex.activation_id)
    pages = f"@bottom-left {{ content: {_css_text(f'{name} · ' + words.say('Restricted'))}; }}"
    if retex.is_exercise:
        head = words.say("EXERCISE · EXERCISE · EXERCISE")
        pages += f" @top-center {{ content: {_css_text(head)}; }}"
    return f"@page {{ {pages} }}\n@page :first {{ @top-center {{ content: none; }} }}\n"


def _css_text(text: str) -> str:
    """Return a text as a CSS string; whatever could end it is written by its number."""
    written = (mark if mark.isalnum() or mark in " .°·-" else f"\\{ord(mark):x} " for mark in text)
    return '"' + "".join(written) + '"'
