"""A convention whose every source is a trap, and the stage on which an exercise of it is played.

Called by ``test_exercise_isolation``. Each source answers, over the real replay server, with one
way of sending who asks it elsewhere.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.exercise.outside import HOST, Outside
from tests.integration.operations.stage import CELLAR, LIFE, ROOT, START, Stage
from vigie.exercise.material import Material, parse_material
from vigie.exercise.networks.replay import ReplayServer
from vigie.exercise.script import Fault
from vigie.signals.places import Gazetteer

SECRET = "mot-de-passe-de-l-astreinte"
NAME = "dehors.example"
"""A name that leads outside."""
TWO_FACED = "double.example"
"""A name that leads both to this machine and outside."""


@dataclass(frozen=True)
class Trap:
    """One source that sends elsewhere.

    Attributes:
        lure: Where it sends; ``{out}`` is the listener's port, ``{net}`` the networks' own,
            ``{near}`` another port of 127.0.0.1.
        by: By a redirection, a link of a CAP index, or an external entity.
        shown: The address in the journal.
        hosts: To which the convention lets an index send.
    """

    id: str
    lure: str
    by: str
    shown: str
    cause: str
    hosts: tuple[str, ...] = ()
    kind: str = "rss"


TRAPS = (
    Trap("redirect", "http://127.0.0.2:{out}/a", "redirect", "http://127.0.0.2:{out}", "redirect"),
    Trap(
        *("redirect-timeline", "http://127.0.0.2:{out}/b", "redirect", "http://127.0.0.2:{out}"),
        *("redirect", (), "mastodon"),
    ),
    Trap("redirect-bare", "//127.0.0.2:{out}/c", "redirect", "http://127.0.0.2:{out}", "redirect"),
    Trap(
        *("redirect-disguised", "http://127.0.0.1:{net}@127.0.0.2:{out}/d", "redirect"),
        *("http://127.0.0.2:{out}", "redirect"),
    ),
    Trap(
        *("redirect-decimal", "http://2130706434:{out}/e", "redirect"),
        *("http://2130706434:{out}", "redirect"),
    ),
    Trap(
        *("redirect-octal", "http://0177.0.0.2:{out}/f", "redirect"),
        *("http://0177.0.0.2:{out}", "redirect"),
    ),
    Trap(
        *("redirect-mapped", "http://[::ffff:127.0.0.2]:{out}/g", "redirect"),
        *("http://[::ffff:127.0.0.2]:{out}", "redirect"),
    ),
    Trap(
        *("redirect-near", "http://127.0.0.1:{near}/h", "redirect"),
        *("http://127.0.0.1:{near}", "redirect"),
    ),
    Trap("link", "http://127.0.0.2:{out}/i", "link", "http://127.0.0.2:{out}", "link"),
    Trap("link-number", "http://127.0.0.2:{out}/j", "link", "127.0.0.2:{out}", "address", (HOST,)),
    Trap(
        *("link-decimal", "http://2130706434:{out}/k", "link", "2130706434:{out}", "name"),
        ("2130706434",),
    ),
    Trap(
        *("link-hexadecimal", "http://0x7f000002:{out}/l", "link", "0x7f000002:{out}", "name"),
        ("0x7f000002",),
    ),
    Trap("link-near", "http://127.0.0.1:{near}/m", "link", "127.0.0.1:{near}", "address"),
    Trap("name", f"http://{NAME}:{{out}}/n", "link", f"{NAME}:{{out}}", "name", (NAME,)),
    Trap(
        *("name-two-faced", f"http://{TWO_FACED}:{{net}}/o", "link", f"{TWO_FACED}:{{net}}"),
        *("name", (TWO_FACED,)),
    ),
    Trap(
        *("link-password", f"http://agent:{SECRET}@127.0.0.1:{{net}}/p", "link"),
        *("http://127.0.0.1:{net}", "form"),
    ),
    Trap(
        "redirect-ftp", "ftp://127.0.0.2:{out}/q", "redirect", "ftp://127.0.0.2:{out}", "redirect"
    ),
)
ENTITY = "entity"
PEOPLE = "people"
"""The sources that hold an external entity, and a cry for help: the alarm rings for it."""
_EXTRA = {ENTITY: "rss", PEOPLE: "rss", "mailbox": "mail"}


def filled(text: str, outside: Outside, server: ReplayServer) -> str:
    """Return a trap's text with the ports in it."""
    near = outside.places[-1][1]
    return text.format(out=outside.port, net=server.port, near=near)


def material() -> Material:
    """Return networks on which each trap is a source."""
    parts: dict[str, dict[str, Any]] = {
        name: _feed(name)
        for name in (*(trap.id for trap in TRAPS if trap.kind == "rss"), ENTITY, PEOPLE)
    }
    post = {"id": "m1", "at": 240, "by": "lea@x.example", "text": "L'eau monte #Crue21"}
    for trap in TRAPS:
        if trap.kind == "mastodon":
            parts[trap.id] = {
                "kind": "mastodon",
                "id": trap.id,
                "host": "x.example",
                "posts": [post],
            }
    head = {
        "title": "Siège",
        "credit": "Textes inventés.",
        "waves": [{"number": 1, "until": 290, "title": "un"}],
        "hashtags": ["Crue21"],
        "watch": [],
        "files": list(parts),
    }
    texts = {name: yaml.safe_dump(part, allow_unicode=True) for name, part in parts.items()}
    return parse_material(yaml.safe_dump(head, allow_unicode=True), texts, {})


def _feed(name: str) -> dict[str, Any]:
    text = LIFE if name == PEOPLE else "Rien de neuf."
    items = [{"id": f"i-{name}", "at": 245, "title": text, "text": text}]
    if name == PEOPLE:
        items.append({"id": "i-cave", "at": 246, "title": CELLAR, "text": CELLAR})
    return {
        "kind": "rss",
        "id": name,
        "form": "rss",
        "title": name,
        "host": "x.example",
        "window": 10,
        "items": items,
    }


def set_traps(server: ReplayServer, outside: Outside) -> None:
    """Let each source answer with its trap."""
    for trap in TRAPS:
        lure = filled(trap.lure, outside, server)
        if trap.by == "redirect":
            server.set_fault(trap.id, Fault(redirect_to=lure))
        else:
            server.set_fault(trap.id, Fault(status=200, body=index_of(lure)))
    entity = (
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e SYSTEM "http://{HOST}:{outside.port}/e">]>'
        "<rss><channel><title>&e;</title></channel></rss>"
    )
    server.set_fault(ENTITY, Fault(status=200, body=entity))


def index_of(link: str) -> str:
    """Return an index of alerts with one link."""
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:i</id><title>Alertes</title>'
        f'<entry><id>urn:a</id><title>Alerte</title><link href="{link}"/></entry></feed>'
    )


def convention_text(address: str, *, name: str = "cote-dor", prefix: str = "CO21") -> str:
    """Return Côte-d'Or's convention with the traps as its sources.

    Args:
        address: What stands before each source's id; a mailbox lies on the same host and port.
        name: Id of the convention.
        prefix: Of its references.
    """
    text = (ROOT / "conventions" / "cote-dor.yml").read_text(encoding="utf-8")
    begin, end = text.index("\nsources:\n"), text.index("\nlexicons:")
    host = address.partition("//")[2]
    kinds = {trap.id: "cap" if trap.by == "link" else trap.kind for trap in TRAPS} | _EXTRA
    hosts = {trap.id: list(trap.hosts) for trap in TRAPS}
    sources = []
    for source_id, kind in kinds.items():
        source: dict[str, Any] = {
            "id": source_id,
            "name": f"Source {source_id}",
            "kind": kind,
            "address": f"{address}/{source_id}",
            "cadence_minutes": 5,
            "silence_minutes": 60,
            "budget": {"requests": 900, "per_minutes": 5},
        }
        if kind == "mastodon":
            source["queries"] = {"hashtags": ["Crue21"]}
        elif kind == "cap":
            source["queries"] = {"hosts": hosts[source_id]}
        elif kind == "mail":
            source["address"] = f"imap://{host}/INBOX"
            source["secrets"] = {"user": "${env:MAIL_USER}", "password": "${env:MAIL_PASSWORD}"}
        sources.append(source)
    told = yaml.safe_dump({"sources": sources}, allow_unicode=True, sort_keys=False)
    text = f"{text[:begin]}\n{told}{text[end:]}"
    return text.replace("id: cote-dor\n", f"id: {name}\n").replace(
        "prefix: CO21\n", f"prefix: {prefix}\n"
    )


def outside_answer(path: str) -> tuple[str, str]:
    """Return what the world outside answers: feeds, an index, a geocoder that knows nothing."""
    if "search" in path:
        return "application/json", json.dumps({"type": "FeatureCollection", "features": []})
    items = "".join(
        f"<item><guid>{path}-{number}</guid><title>{text}</title></item>"
        for number, text in enumerate((LIFE, CELLAR))
    )
    return "application/rss+xml", f"<rss version='2.0'><channel>{items}</channel></rss>"


class NameServer:
    """Plays the name server: a few names lead where it says, all others where they always do."""

    def __init__(self) -> None:
        self.known = {NAME: [HOST], TWO_FACED: ["127.0.0.1", HOST]}
        self.asked: set[str] = set()
        self._real = socket.getaddrinfo

    def getaddrinfo(self, host: Any, port: Any, *rest: Any, **known: Any) -> Any:
        """Look a name up as ``socket.getaddrinfo`` does."""
        name = host.decode() if isinstance(host, bytes) else host
        self.asked.add(name)
        if name not in self.known:
            return self._real(host, port, *rest, **known)
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, int(port)))
            for address in self.known[name]
        ]


@contextmanager
def stage_of(
    home: Path, server: ReplayServer, gazetteer: Gazetteer, text: str, **known: Any
) -> Iterator[Stage]:
    """Open a house with one convention of this text; give it back at the end."""
    folder = home / "conventions"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cote-dor.yml").write_text(text, encoding="utf-8")
    environ = {"MAIL_USER": "veille", "MAIL_PASSWORD": SECRET}
    stage = Stage(home, server, gazetteer, environ=environ | known.pop("environ", {}), **known)
    try:
        yield stage
    finally:
        stage.close()


@contextmanager
def networks() -> Iterator[ReplayServer]:
    """Run the replay server of the traps."""
    with ReplayServer(material(), started_at=START, requests_per_window=1_000_000) as server:
        yield server


def listener(server: ReplayServer) -> Outside:
    """Start the listener, also on the networks' own port and beside them on 127.0.0.1."""
    try:
        return Outside(outside_answer, ((HOST, server.port), ("127.0.0.1", 0)))
    except OSError as error:
        pytest.skip(f"127.0.0.2 cannot be listened on here: {error}")
