"""Answers of a scenario that are written out: CAP alerts, Hub'Eau's heights, a mailbox.

Called by ``vigie.exercise.staging``. Pure. Times stand as ``@@minutes@@`` and are filled in by the
networks. Source: OASIS CAP 1.2; Hub'Eau hydrométrie v2 ``observations_tr``.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from vigie.convention.model import Source
from vigie.exercise.inject_channels import AlertContent, GaugeContent, MailContent
from vigie.exercise.scenario import Scenario
from vigie.exercise.script import AnySource, DocumentSource
from vigie.exercise.timeline import ShownInject

SHOWN_OBSERVATIONS = 40
"""Newest observations of a station in one answer. Ours: two days at the service's rhythm."""
_MESSAGE_TYPES = {"issue": "Alert", "update": "Update", "cancel": "Cancel"}
_EMPTY = {
    "mastodon": ("application/json", "[]"),
    "rss": (
        "application/rss+xml",
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Exercice</title>'
        "</channel></rss>",
    ),
    "vigicrues": ("application/geo+json", '{"type": "FeatureCollection", "features": []}'),
    "hubeau": ("application/json", '{"count": 0, "next": null, "data": []}'),
    "gdacs": (
        "application/rss+xml",
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Exercice</title>'
        "</channel></rss>",
    ),
}


@dataclass(frozen=True, slots=True)
class Written:
    """One source of the material, with the files that belong to it."""

    source: AnySource
    templates: Mapping[str, Any] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)


def empty_source(source: Source) -> Written:
    """Return a service that has nothing to say throughout."""
    kind, body = _EMPTY.get(source.kind, ("application/json", "{}"))
    return _document(source, kind, {0: body}, 0, {})


def by_minute(
    scenario: Scenario, own: list[ShownInject], text_of: Callable[[list[ShownInject], int], str]
) -> dict[int, str]:
    """Return the answer at the start and after each change: what is shown until the next one."""
    minutes = sorted({0, *(int(one.minute) for one in own)})
    return {
        minute: text_of([one for one in own if one.minute <= minute + 0.999], minute)
        for minute in minutes
        if minute <= scenario.duration_minutes
    }


def written(
    scenario: Scenario,
    source: Source,
    content_type: str,
    answers: Mapping[int, str],
    pages: Mapping[str, str] | None = None,
) -> Written:
    """Return a source whose answers are written out.

    Args:
        scenario: For its length.
        source: Of the convention.
        content_type: Of its answers.
        answers: Minute to what it answers from then on.
        pages: Path below its address to text.
    """
    return _document(source, content_type, answers, scenario.duration_minutes, pages or {})


def alert_source(scenario: Scenario, source: Source, own: list[ShownInject]) -> Written:
    """Return an index of alerts in force, and the alerts it names."""
    pages = {one.inject.id: _alert(one, own) for one in own}
    answers = by_minute(scenario, own, _index)
    return written(scenario, source, "application/xml", answers, pages)


def _index(shown: list[ShownInject], minute: int) -> str:
    replaced = {
        content.references
        for content in (one.inject.content for one in shown)
        if isinstance(content, AlertContent)
    }
    entries = "".join(
        f"<entry><id>{one.inject.id}</id><title>{escape(_headline(one))}</title>"
        f"<updated>@@{int(one.minute)}@@</updated>"
        f'<link type="application/cap+xml" href="@@base@@/{one.inject.id}"/></entry>'
        for one in shown
        if one.inject.id not in replaced
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:cap="urn:oasis:names:tc:emergency:cap:1.2">'
        f"<id>https://alertes.example/</id><title>EXERCICE</title><updated>@@{minute}@@</updated>"
        f"{entries}</feed>"
    )


def _headline(one: ShownInject) -> str:
    content = one.inject.content
    return content.headline if isinstance(content, AlertContent) else ""


def _alert(one: ShownInject, own: list[ShownInject]) -> str:
    content = one.inject.content
    if not isinstance(content, AlertContent):
        return ""
    at = int(one.minute)
    earlier = next((o for o in own if o.inject.id == content.references), None)
    references = ""
    if earlier is not None:
        named = f"alertes@service.example,{earlier.inject.id},@@{int(earlier.minute)}@@"
        references = f"<references>{named}</references>"
    clear = "<responseType>AllClear</responseType>" if content.action == "cancel" else ""
    areas = "".join(f"<area><areaDesc>{escape(area)}</areaDesc></area>" for area in content.areas)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">'
        f"<identifier>{one.inject.id}</identifier><sender>alertes@service.example</sender>"
        f"<sent>@@{at}@@</sent><status>Exercise</status>"
        f"<msgType>{_MESSAGE_TYPES[content.action]}</msgType><scope>Public</scope>{references}"
        f"<info><language>fr-FR</language><category>Met</category>"
        f"<event>{escape(content.event)}</event>{clear}<urgency>Immediate</urgency>"
        f"<severity>{content.severity.capitalize()}</severity><certainty>Observed</certainty>"
        f"<expires>@@{at + content.expires_after_minutes}@@</expires>"
        f"<senderName>EXERCICE</senderName><headline>{escape(content.headline)}</headline>"
        f"<description>{escape(content.text)}</description>{areas}</info></alert>"
    )


def gauge_source(scenario: Scenario, source: Source, own: list[ShownInject]) -> Written:
    """Return the measured heights so far, newest first, millimetres as the service gives them."""

    def answer(shown: list[ShownInject], _minute: int) -> str:
        rows = [_observation(one) for one in shown][-SHOWN_OBSERVATIONS:]
        return json.dumps({"count": len(rows), "next": None, "data": rows[::-1]})

    return written(scenario, source, "application/json", by_minute(scenario, own, answer))


def _observation(one: ShownInject) -> dict[str, Any]:
    content = one.inject.content
    station, metres = (
        (content.station, content.metres) if isinstance(content, GaugeContent) else ("", 0.0)
    )
    return {
        "code_site": station[:8],
        "code_station": station,
        "grandeur_hydro": "H",
        "date_obs": f"@@{int(one.minute)}@@",
        "resultat_obs": round(metres * 1000, 1),
        "code_qualification_obs": 16,
        "libelle_qualification_obs": "Non qualifiée",
        "code_statut": 4,
        "libelle_statut": "Brute",
    }


def mail_source(scenario: Scenario, source: Source, own: list[ShownInject]) -> Written:
    """Return the mailbox as the transport reads it, in its own container."""
    names = {member.id: member.name for member in scenario.cast}

    def answer(shown: list[ShownInject], _minute: int) -> str:
        letters = [
            _letter(uid, one, names.get(one.inject.sender, one.inject.sender))
            for uid, one in enumerate(shown, start=1)
        ]
        box = {"form": "vigie-mailbox-1", "uidvalidity": 1, "is_continued": False}
        return json.dumps({**box, "messages": letters})

    return written(scenario, source, "application/json", by_minute(scenario, own, answer))


def _letter(uid: int, one: ShownInject, sender: str) -> dict[str, Any]:
    content = one.inject.content
    subject, text = (
        (content.subject, content.text) if isinstance(content, MailContent) else ("", "")
    )
    name = base64.b64encode(sender.encode()).decode()
    title = base64.b64encode(subject.encode()).decode()
    raw = (
        f"From: =?utf-8?b?{name}?= <{one.inject.id}@correspondant.example>\r\n"
        f"Subject: =?utf-8?b?{title}?=\r\nMessage-ID: <{one.inject.id}@correspondant.example>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"Content-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n"
    ).encode()
    return {
        "uid": uid,
        "received": f"@@{int(one.minute)}@@",
        "size": len(raw),
        "is_cut": False,
        "raw": base64.b64encode(raw).decode(),
    }


def _document(
    source: Source,
    content_type: str,
    answers: Mapping[int, str],
    last_minute: int,
    pages: Mapping[str, str],
) -> Written:
    """Name each answer by its minute, and let each minute show the last one before it."""
    documents = {f"{source.id}-{minute}": text for minute, text in answers.items()}
    names, current = [], min(answers)
    for minute in range(last_minute + 1):
        current = minute if minute in answers else current
        names.append(f"{source.id}-{current}")
    files = {path: f"{source.id}--{path}" for path in pages}
    documents |= {files[path]: text for path, text in pages.items()}
    staged = DocumentSource(
        kind="document", id=source.id, content_type=content_type, answers=names, pages=files
    )
    return Written(staged, documents=documents)
