"""The debrief's printed report, from its template. Called by ``debriefing``.

Reads templates and style sheets, a user's own before the shipped ones; writes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vigie.debrief.charts import delays_chart, rows_chart, sources_chart
from vigie.debrief.facts import FactLine
from vigie.debrief.observed import THEMES, Observed
from vigie.debrief.retex import Retex, entry_key
from vigie.debrief.score_sheets import sums_text
from vigie.debrief.wording import Words
from vigie.operations.briefing import template_environment
from vigie.operations.printed_pages import PrintedStyle, printed_style
from vigie.operations.runtime import Runtime
from vigie.records.debrief import DebriefEntry

_SUMMARY_CHARACTERS = 160
"""Of a row in the annex: it reminds, it does not quote."""


def debrief_page(runtime: Runtime, retex: Retex, words: Words) -> str:
    """Return the page."""
    printed = _style(runtime, retex, words)
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
        "sums": lambda sums: sums_text(sums, words),
        "short": _short,
        "style": printed.style,
        "style_hash": printed.style_hash,
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


def _style(runtime: Runtime, retex: Retex, words: Words) -> PrintedStyle:
    name = words.say("Debrief no. {number} {id}", number=retex.number, id=retex.activation_id)
    return printed_style(
        runtime,
        "debrief",
        foot=f"{name} · {words.say('Restricted')}",
        head=words.say("EXERCISE · EXERCISE · EXERCISE") if retex.is_exercise else "",
    )
