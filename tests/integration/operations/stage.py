"""A whole activation on a stage: real store, real replay server, real workbook, a settable clock.

Called by the tests of the use cases. Nothing is mocked: only the time is set by hand, and the
world is the replay server on 127.0.0.1.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import yaml
from openpyxl.worksheet.worksheet import Worksheet

from vigie.exercise.material import Material, parse_material
from vigie.exercise.networks.replay import ReplayServer
from vigie.operations.analysis import SweepResult
from vigie.operations.opening import Opening, move_activation, open_activation
from vigie.operations.placing import workbook_path
from vigie.operations.publication import publish
from vigie.operations.published import Published
from vigie.operations.runtime import Runtime
from vigie.operations.sweeping import sweep_here
from vigie.operations.watched import feed_id
from vigie.records.activation import Activation
from vigie.records.observation import Observation
from vigie.settings import Settings, house_of
from vigie.signals.places import Gazetteer
from vigie.store.repository import Store

ROOT = Path(__file__).resolve().parents[3]
START = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
"""Start of the play: minute 0 of the posts."""
NOW = START + timedelta(hours=5)
"""Where the clock stands at first: minute 300 of the play."""

ROAD = "La D10 est coupée à Genlis, l'eau passe sur la chaussée, demi-tour obligatoire"
LIFE = "AIDEZ NOUS ma grand-mère est bloquée à l'étage à Longvic, l'eau monte, appelez les secours"
CELLAR = "Cave inondée rue du Port à Auxonne, 80 cm d'eau, la pompe ne suit plus"
SCHOOL = "L'école de Varois-et-Chaignot ferme ses portes, les parents viennent chercher les enfants"
FUTURE = "Les barrières sont posées au pont de Pluvet, la route reste fermée aux camions"
FUTURE_LIFE = "SOS deux personnes coincées sur le toit d'une voiture à Cessey-sur-Tille, au secours"
TAGGED = "Collecte de couvertures ce soir à la salle des fêtes de Marsannay-la-Côte"
FEED = "https://commune.example/fil.rss"
"""A feed that ``watch`` adds; its exercise answers under the id that it is given."""
FEED_ITEM = "La passerelle de Brazey-en-Plaine est fermée aux piétons"

_HEAD = {
    "title": "Pièce des preuves",
    "credit": "Textes inventés, comptes fictifs.",
    "waves": [
        {"number": 1, "until": 260, "title": "un"},
        {"number": 2, "until": 280, "title": "deux"},
        {"number": 3, "until": 295, "title": "trois"},
    ],
    "hashtags": ["Crue21", "Ouche", "Tille", "CôtedOr", "inondation"],
    "watch": [{"wave": 2, "tag": "SolidaritéCrue21"}],
}


def _toot(
    number: int, at: int, text: str, by: str = "lea_genlis@piaille.example"
) -> dict[str, Any]:
    return {"id": f"p{number}", "at": at, "by": by, "text": text}


PIAILLE = [
    _toot(1, 240, f"{ROAD} #Crue21"),
    _toot(2, 244, f"{LIFE} #Crue21", "petite_fille@piaille.example"),
    _toot(3, 250, f"{TAGGED} #SolidaritéCrue21", "entraide@piaille.example"),
    _toot(4, 275, f"{SCHOOL} #CôtedOr", "parent_varois@piaille.example"),
    _toot(5, 900, f"{FUTURE} #Tille", "horloge_folle@piaille.example"),
    _toot(6, 901, f"{FUTURE_LIFE} #Tille", "horloge_folle@piaille.example"),
]
SOCIAL = [
    {**_toot(11, 242, f"{CELLAR} #inondation", "auxonnais@social.example")},
    {**_toot(12, 255, f"{ROAD} !!! #Crue21", "relais@social.example")},
    {**_toot(13, 270, f"RT @lea_genlis: {ROAD} #Crue21", "encore@social.example")},
]


def played_convention() -> str:
    """Return Côte-d'Or's convention with the six sources that these proofs play."""
    text = (ROOT / "conventions" / "cote-dor.yml").read_text(encoding="utf-8")
    begin, end = text.index("  - id: alertes-fr\n"), text.index("\nlexicons:")
    return text[:begin] + text[end:]


def play() -> Material:
    """Return the material that these proofs play."""
    demonstration = ROOT / "data" / "demonstration"
    feeds = {
        "presse-locale": [
            {
                "id": "a1",
                "at": 245,
                "title": "Auxonne : la levée tient, la mairie appelle à la prudence",
                "text": "La levée tient pour le moment.",
                "revised": {
                    "at": 275,
                    "title": "Auxonne : la levée cède par endroits, quartier évacué",
                    "text": "La levée cède par endroits, un quartier est évacué.",
                },
            }
        ],
        "prefecture": [
            {
                "id": "o1",
                "at": 246,
                "title": "Pont de Champdôtre interdit à la circulation",
                "text": "Par arrêté, le pont de Champdôtre est interdit à tous les véhicules.",
            }
        ],
        feed_id(FEED): [
            {"id": "f2", "at": 247, "title": FEED_ITEM, "text": "Sur décision du maire."}
        ],
        "feed-1": [{"id": "f1", "at": 247, "title": FEED_ITEM, "text": "Sur décision du maire."}],
    }
    parts: dict[str, Any] = {
        "piaille": {
            "kind": "mastodon",
            "id": "piaille",
            "host": "piaille.example",
            "posts": PIAILLE,
        },
        "social": {
            "kind": "mastodon",
            "id": "mastodon-social",
            "host": "social.example",
            "posts": SOCIAL,
        },
        "vigicrues": {
            "kind": "vigicrues",
            "id": "vigicrues",
            "template": "vigicrues.geojson",
            "reaches": {"SA91": [3, 3, 1]},
        },
        "vigilance": {
            "kind": "vigilance",
            "id": "vigilance",
            "template": "vigilance.json",
            "colours": [
                {"domain": "21", "phenomenon": "4", "horizon": "J", "levels": [2, 3, 3]},
            ],
        },
    }
    for name, items in feeds.items():
        parts[name] = {
            "kind": "rss",
            "id": name,
            "form": "rss",
            "title": name,
            "host": f"{name}.example",
            "window": 10,
            "items": items,
        }
    texts = {name: yaml.safe_dump(part, allow_unicode=True) for name, part in parts.items()}
    head = yaml.safe_dump({**_HEAD, "files": list(texts)}, allow_unicode=True)
    templates = {
        path.name: json.loads(path.read_text(encoding="utf-8"))
        for path in (demonstration / "vigicrues.geojson", demonstration / "vigilance.json")
    }
    return parse_material(head, texts, templates)


class Clock:
    """The time, set by hand. Aware UTC."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, minutes: float) -> None:
        """Let time pass."""
        self.now += timedelta(minutes=minutes)


class Sheet:
    """One sheet of a workbook opened as a person opens it: by the words of its header."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet
        self.header_row = next(
            number
            for number in range(1, 8)
            if sum(1 for cell in sheet[number] if cell.value is not None) > 2
        )
        self.columns: dict[str, int] = {}
        for cell in sheet[self.header_row]:
            if cell.value is not None:
                self.columns[str(cell.value).split("\n")[0].split(" (heure")[0].strip()] = (
                    cell.column
                )

    def row_of(self, text: str) -> int:
        """Return the number of the row in which a cell contains a text."""
        for number in range(self.header_row + 1, self.sheet.max_row + 1):
            if any(text in str(cell.value or "") for cell in self.sheet[number]):
                return number
        raise AssertionError(f"{self.sheet.title}: no row says {text!r}")

    def column(self, title: str) -> int:
        """Return the number of the column whose header begins with a title."""
        for name, number in self.columns.items():
            if name == title or name.startswith(title):
                return number
        raise AssertionError(f"{self.sheet.title}: no column {title!r} in {list(self.columns)}")

    def get(self, row: int, title: str) -> Any:
        """Return the value of a cell."""
        return self.sheet.cell(row, self.column(title)).value

    def put(self, row: int, title: str, value: Any) -> None:
        """Type into a cell."""
        cell = self.sheet.cell(row, self.column(title))
        cell.value = value
        if isinstance(value, str):
            # A person who means text puts an apostrophe before "="; openpyxl makes a formula.
            cell.data_type = "s"

    def rows(self) -> list[dict[str, Any]]:
        """Return the filled rows by column title."""
        found = []
        for number in range(self.header_row + 1, self.sheet.max_row + 1):
            values = {name: self.sheet.cell(number, at).value for name, at in self.columns.items()}
            if any(value is not None for value in values.values()):
                found.append(values)
        return found

    def first_empty(self) -> int:
        """Return the first row without anything in it."""
        number = self.header_row + 1
        while any(cell.value is not None for cell in self.sheet[number]):
            number += 1
        return number


class Stage:
    """One house with its activation, its network and its clock."""

    def __init__(
        self,
        home: Path,
        server: ReplayServer,
        gazetteer: Gazetteer,
        *,
        kind: str = "exercise",
        environ: Mapping[str, str] | None = None,
        **settings: Any,
    ) -> None:
        self.server = server
        self.clock = Clock()
        self.conventions = home / "conventions"
        if not self.conventions.is_dir():
            self.conventions.mkdir(parents=True)
            text = played_convention()
            (self.conventions / "cote-dor.yml").write_text(text, encoding="utf-8")
        self.settings = Settings(home=home / "var", conventions=self.conventions, **settings)
        self.house = house_of(self.settings, kind)  # type: ignore[arg-type]
        self.store = Store.open(self.house.database_url)
        self.runtime = Runtime(self.house, self.store, self.clock, environ or {})
        self.runtime._gazetteer = gazetteer  # read once for all tests
        self.id = ""

    def open(self, action: str = "activate", **known: Any) -> Activation:
        """Open an activation and remember its id."""
        values: dict[str, Any] = {
            "convention_id": "cote-dor",
            "event": "Crue de la Tille",
            "by": "Anne",
            "network": self.server.address if self.house.kind == "exercise" else None,
        }
        opened = open_activation(self.runtime, Opening(**{**values, **known}), action)  # type: ignore[arg-type]
        self.id = opened.id
        return opened

    def move(self, action: str, **known: Any) -> Activation:
        """Take a step of the activation's life."""
        return move_activation(self.runtime, self.id, action, **{"by": "Anne", **known})  # type: ignore[arg-type]

    def sweep(self, *, everything: bool = True) -> SweepResult:
        """Sweep without Prefect."""
        return asyncio.run(sweep_here(self.runtime, self.id, everything=everything))

    def publish(self, *, is_final: bool = False) -> Published:
        """Read back and write the workbook."""
        return publish(self.runtime, self.id, is_final=is_final)

    def observation(self, text: str) -> Observation:
        """Return the one row whose original text contains a text."""
        found = [
            item
            for item in self.store.observations(self.id)
            if text in str(item.value("original_text") or item.value("summary") or "")
        ]
        assert len(found) == 1, f"{len(found)} rows say {text!r}"
        return found[0]

    def partition(self) -> set[frozenset[str]]:
        """Return which posts stand together, whatever their reference."""
        return {
            frozenset(post.native_id for post in posts)
            for posts in self.store.posts_of(self.id).values()
        }

    @property
    def path(self) -> Path:
        """Where the workbook lies."""
        return workbook_path(self.runtime, self.store.activation(self.id))

    def sheet(self, title: str) -> Sheet:
        """Return a sheet as it lies on the disk."""
        return Sheet(openpyxl.load_workbook(self.path)[title])

    def close(self) -> None:
        """Give the store back."""
        self.store.close()


class Editing:
    """A person who opens the workbook, types, and saves it when the block ends."""

    def __init__(self, path: Path, save_as: Path | None = None) -> None:
        self.path = path
        self.save_as = save_as or path

    def __enter__(self) -> Editing:
        self.book = openpyxl.load_workbook(self.path)
        return self

    def sheet(self, title: str) -> Sheet:
        """Return a sheet to type in."""
        return Sheet(self.book[title])

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        if kind is None:
            self.book.save(self.save_as)
