"""The model of a convention: what one YAML file in ``conventions/`` may say.

Strict and frozen: text is not turned into numbers, unknown keys are refused, nothing changes after
loading. Built by ``vigie.convention.loader``; read by every room. Knows no connector and no check:
the loader proves ``queries`` and check ``params`` against registries that it is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Identifier = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)
]
Prefix = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{1,7}$")]
Department = Annotated[
    str, StringConstraints(pattern=r"^(0[1-9]|[1-8][0-9]|9[0-5]|2[AB]|9[78][0-9])$")
]
InseeCode = Annotated[str, StringConstraints(pattern=r"^([0-9]{2}|2[AB])[0-9]{3}$")]
SecretReference = Annotated[str, StringConstraints(pattern=r"^\$\{env:[A-Z][A-Z0-9_]*\}$")]
HttpAddress = Annotated[
    str, StringConstraints(pattern=r"^https?://[^\s/@]+(/[^\s]*)?$", max_length=500)
]
SourceAddress = Annotated[
    str, StringConstraints(pattern=r"^(https?|imaps?)://[^\s/@]+(/[^\s]*)?$", max_length=500)
]
NonEmpty = Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]

Mission = Literal["monitoring", "mapping", "prudence_relay", "solidarity_relay"]
"""The four missions. Source: convention of Landes (the domain's table)."""
DoorName = Literal["volunteer", "partner"]
PartyRole = Literal[
    "prefecture", "department", "fire_service", "ministry", "zone", "commune", "association", "vost"
]
ContactRole = Literal[
    "coordinator", "deputy", "crisis_cell", "fire_service", "press", "technical", "liaison"
]
SheetName = Literal[
    "readme",
    "summary",
    "log",
    "relay",
    "solidarity",
    "team",
    "sources",
    "checks",
    "conflicts",
    "journal",
]


class Section(BaseModel):
    """One mapping of the YAML file: strict, frozen, without unknown keys."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Party(Section):
    """One of the 2 to 4 signatories."""

    name: NonEmpty
    role: PartyRole


class KnownPlace(Section):
    """A place that people name and no gazetteer knows: a station, a bridge, a stretch of river.

    Attributes:
        name: As people write it; ``A38 PR 24`` for a kilometre point.
        aliases: Other ways to write it.
        commune: INSEE code of the commune in which it lies, where it is one.
        lon: WGS84 degrees.
        lat: WGS84 degrees.
        precision_metres: How far from the point what is told may be.
    """

    name: NonEmpty
    kind: Literal["station", "site", "river", "road", "quarter"]
    aliases: list[NonEmpty] = Field(default=[], max_length=20)
    commune: InseeCode | None = None
    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)
    precision_metres: int = Field(default=300, ge=10, le=20_000)


class Territory(Section):
    """Where the convention holds: departments, communes, all France, overseas (any of them).

    Attributes:
        places: A small list of places that people of the territory name.
        geocoder: Who is asked online where an address lies; None = nobody. It is sent the words of
            the address and the commune's code, nothing else of a post.
    """

    departments: list[Department] = []
    communes: list[InseeCode] = []
    all_france: bool = False
    overseas: bool = False
    places: list[KnownPlace] = Field(default=[], max_length=500)
    geocoder: Literal["geoplateforme"] | None = None


class Contact(Section):
    """Whom to reach, by role. Telephone and mail stay on the restricted side."""

    role: ContactRole
    name: NonEmpty
    telephone: NonEmpty | None = None
    mail: NonEmpty | None = None


class Budget(Section):
    """At most ``requests`` per ``per_minutes``, shared by all who ask the same host."""

    requests: int = Field(ge=1, le=10_000)
    per_minutes: int = Field(ge=1, le=1440)


class Source(Section):
    """One source: which connector asks which address what, how often.

    Attributes:
        queries: Validated against the connector's ``Params`` by the loader.
        secrets: Name to ``${env:NAME}``; an unset variable marks this source ``refused``.
    """

    id: Identifier
    name: NonEmpty
    kind: str
    address: SourceAddress
    queries: Mapping[str, Any] = {}
    cadence_minutes: int = Field(ge=1, le=1440)
    silence_minutes: int = Field(ge=1, le=10_080)
    budget: Budget
    secrets: Mapping[str, SecretReference] = {}
    grade: Literal["A", "B", "C", "D", "E", "F"] | None = None

    @property
    def key(self) -> str:
        """``kind:address``, the source key of its posts."""
        return f"{self.kind}:{self.address}"


class Check(Section):
    """One validation check with its thresholds; ``params`` are proved by the loader."""

    check: str
    severity: Literal["stop", "warn"]
    params: Mapping[str, Any] = {}


class Share(Section):
    """Where people open the workbook; the loader proves kind and keys against its registry.

    Attributes:
        kind: ``folder`` or ``webdav``.
        path: Of a ``folder``; None = the activation's own folder.
        address: Of a ``webdav`` folder; user and password stand in the settings only.
    """

    kind: Identifier
    path: NonEmpty | None = None
    address: HttpAddress | None = None


class Workbook(Section):
    """Language, sheets, share and time zones (the first names the headers)."""

    language: Literal["fr"] = "fr"
    time_zones: list[NonEmpty] = Field(min_length=1)
    sheets: list[SheetName] | None = None
    share: Share = Share(kind="folder")


class MapPolicy(Section):
    """When and where the public map appears.

    Attributes:
        delay_minutes: How long after it came in a fact may appear: time to think better of it.
        max_age_hours: How long a fact that people confirmed stays without being observed anew.
        base_url: Where the public folder is served, if it is.
    """

    delay_minutes: int = Field(ge=0, le=1440)
    max_age_hours: int = Field(default=24, ge=1, le=720)
    base_url: HttpAddress | None = None


class Situation(Section):
    """Cadence of the point de situation."""

    cadence_minutes: int = Field(ge=5, le=1440)


class ExercisePolicy(Section):
    """Whether exercises of this convention are allowed, and where players find the workbook."""

    allowed: bool
    share: Share | None = None


class DebriefPolicy(Section):
    """What a debrief may say.

    Attributes:
        names: Whether it names volunteers; without it they are "volontaire 1" and their role.
    """

    names: bool = False


class Convention(Section):
    """A whole convention file."""

    schema_version: Literal[1]
    id: Identifier
    prefix: Prefix
    name: NonEmpty
    parties: list[Party] = Field(min_length=2, max_length=4)
    territory: Territory
    missions: list[Mission] = Field(min_length=1)
    doors: list[DoorName] = Field(min_length=1)
    valid_from: date
    valid_until: date
    contacts: list[Contact] = Field(min_length=1)
    sources: list[Source] = Field(min_length=1)
    lexicons: list[Identifier] = Field(min_length=1)
    checks: list[Check] = Field(min_length=1)
    workbook: Workbook
    map: MapPolicy | None = None
    situation: Situation
    retention_days: int = Field(ge=1, le=3650)
    exercise: ExercisePolicy
    debrief: DebriefPolicy = DebriefPolicy()
    categories: Mapping[str, NonEmpty] = {}
    relief_points: list[NonEmpty] = []
