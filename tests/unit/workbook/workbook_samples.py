"""A realistic activation for the tests: 30 rows, one life at risk, every sheet filled."""

from datetime import UTC, date, datetime, timedelta

from vigie.convention.model import (
    Budget,
    Check,
    Contact,
    Convention,
    ExercisePolicy,
    Party,
    Situation,
    Source,
    Territory,
    Workbook,
)
from vigie.records.activation import Activation, JournalEntry
from vigie.records.finding import Finding
from vigie.records.health import Health
from vigie.records.observation import Observation
from vigie.records.sheet import Conflict, PeopleRow
from vigie.workbook.content import Content

NOW = datetime(2026, 11, 21, 13, 5, tzinfo=UTC)
ZONE = "Europe/Paris"

_FACTS = [
    ("high", "road_closed", "Pont de Brochon coupé, eau sur la chaussée", "Brochon"),
    ("normal", "water", "La Vouge monte dans les jardins, pas de maison touchée", "Saulon-la-Rue"),
    ("information", "official", "Vigicrues : tronçon Ouche passé en orange", "Dijon"),
    ("high", "network_damage", "Plus d'électricité rue des Tanneries depuis 11 h", "Dijon"),
    ("normal", "need_shelter", "Une famille cherche où dormir ce soir", "Genlis"),
    ("information", "rumour", "Le barrage de Chazilly aurait cédé, vidéo ancienne ?", "Chazilly"),
]


def source(id_: str, name: str, kind: str) -> Source:
    """One source of the sample convention."""
    return Source(
        id=id_,
        name=name,
        kind=kind,
        address=f"https://{id_}.example.org",
        cadence_minutes=5,
        silence_minutes=30,
        budget=Budget(requests=60, per_minutes=60),
    )


def convention(**changes: object) -> Convention:
    """The sample convention, in French, with the mission of solidarity."""
    fields = {
        "schema_version": 1,
        "id": "cote-dor",
        "prefix": "CO21",
        "name": "Convention quadripartite de la Côte-d'Or",
        "parties": [
            Party(name="Préfecture de la Côte-d'Or", role="prefecture"),
            Party(name="SDIS 21", role="fire_service"),
            Party(name="VISOV", role="vost"),
        ],
        "territory": Territory(departments=["21"]),
        "missions": ["monitoring", "solidarity_relay"],
        "doors": ["volunteer", "partner"],
        "valid_from": date(2026, 1, 1),
        "valid_until": date(2027, 1, 1),
        "contacts": [Contact(role="coordinator", name="Astreinte")],
        "sources": [
            source("mastodon", "Mastodon (mots-dièse)", "mastodon"),
            source("bien-public", "Presse locale", "rss"),
            source("vigicrues", "Vigicrues Saône amont", "vigicrues"),
            source("vigilance", "Vigilance Météo-France", "vigilance"),
        ],
        "lexicons": ["fr"],
        "checks": [Check(check="empty_text", severity="stop")],
        "workbook": Workbook(time_zones=[ZONE]),
        "situation": Situation(cadence_minutes=60),
        "retention_days": 30,
        "exercise": ExercisePolicy(allowed=True),
        "categories": {"water": "montée des eaux", "flooded_cellar": "cave inondée"},
    } | changes
    return Convention(**fields)


def activation(kind: str = "real") -> Activation:
    """The sample activation."""
    return Activation(
        id="ex-cote-dor-1" if kind == "exercise" else "cote-dor-1",
        convention_id="cote-dor",
        convention_text="",
        convention_hash="",
        kind=kind,
        state="active",
        event="Crue de l'Ouche",
        door="partner",
        opened_by="C. Martin",
        created_at=NOW - timedelta(hours=5),
        activated_at=NOW - timedelta(hours=5),
    )


def observation(number: int, **changes: object) -> Observation:
    """One observation made by the machine."""
    urgency, category, summary, commune = _FACTS[number % len(_FACTS)]
    seen = NOW - timedelta(minutes=11 * number + 7)
    machine = {
        "observed_at": seen - timedelta(minutes=3, seconds=12),
        "received_at": seen,
        "urgency": urgency,
        "status": ("unverified", "in_progress", "corroborated", "lifted")[number % 4],
        "category": category,
        "summary": f"{summary} ({number})",
        "original_text": f"{summary}. Message n° {number} « vu de mes yeux » 😟 #Ouche "
        * (1 + number % 3),
        "commune": commune,
        "lat": 47.25 + number / 1000,
        "lon": 5.0 + number / 997,
        "precision_metres": 1500,
        "source": "Mastodon (mots-dièse)",
        "link": f"https://mastodon.example.org/@a/{1000 + number}",
        "author": f"auteur-{number:03x}",
        "corroboration_count": number % 3,
        "source_grade": "CDEF"[number % 4],
        "information_grade": 1 + number % 6,
        "entered_by": "Vigie",
    }
    return Observation(ref=f"CO21-{number:04d}", machine=machine | changes)


def content(kind: str = "real", count: int = 30, **changes: object) -> Content:
    """The sample content, with one life at risk as its third row."""
    rows = [observation(number) for number in range(1, count + 1)]
    if count > 2:
        rows[2] = observation(
            3,
            urgency="life_at_risk",
            status="unverified",
            category="person_in_danger",
            summary="Deux personnes sur le toit d'une voiture, l'eau monte, gué de Plombières",
            commune="Plombières-lès-Dijon",
        )
    fields = {
        "activation": activation(kind),
        "convention": convention(),
        "now": NOW,
        "revision": 7,
        "observations": rows,
        "healths": {
            "mastodon": health("mastodon", "ok"),
            "bien-public": health("bien-public", "unchanged"),
            "vigicrues": health(
                "vigicrues", "unreachable", detail="Pas de réponse en 20 s (3 essais)."
            ),
        },
        "findings": [
            Finding(
                id=1,
                check="empty_text",
                severity="stop",
                message="Le message n'a pas de texte.",
                found_at=NOW - timedelta(minutes=40),
                value="(image seule)",
            ),
            Finding(
                id=2,
                check="stale_post",
                severity="warn",
                message="Publié il y a plus de 24 h.",
                found_at=NOW - timedelta(minutes=20),
                ref="CO21-0003",
                value="19/11/2026 08:10",
            ),
        ],
        "journal": [
            (
                1,
                JournalEntry(
                    at=NOW - timedelta(hours=5),
                    actor="C. Martin",
                    subject="activation",
                    action="activate",
                    channel="téléphone",
                ),
            ),
            (
                2,
                JournalEntry(
                    at=NOW - timedelta(hours=1),
                    actor="L. Petit",
                    subject="CO21-0003",
                    action="edit",
                    field="urgency",
                    before="high",
                    after="life_at_risk",
                ),
            ),
        ],
        "conflicts": [
            Conflict(
                id=1,
                at=NOW - timedelta(minutes=9),
                sheet="log",
                key="CO21-0003",
                column="status",
                standing="in_progress",
                other="confirmed",
                reason="Modifié par deux personnes entre les révisions 5 et 6.",
                revision=6,
            )
        ],
        "people_rows": [
            PeopleRow(
                sheet="team",
                key="T-1",
                is_added_by_people=True,
                values={
                    "name": "Léa Petit",
                    "role": "verifier",
                    "telephone": "+33 6 12 34 56 78",
                    "checked_in_at": NOW - timedelta(hours=2),
                },
            ),
            PeopleRow(sheet="sources", key="mastodon", values={"comment": "Voir aussi #Dijon"}),
        ],
        "alarms": ["Vigicrues Saône amont : pas de réponse depuis 42 minutes."],
        "last_sweep_at": NOW - timedelta(minutes=2),
        "next_situation_at": NOW + timedelta(minutes=55),
    } | changes
    return Content(**fields)


def health(source_id: str, state: str, detail: str = "") -> Health:
    """The health of one source."""
    return Health(
        source_id=source_id,
        state=state,
        since_at=NOW - timedelta(minutes=42),
        last_attempt_at=NOW - timedelta(minutes=2),
        last_answer_at=NOW - timedelta(minutes=2 if state != "unreachable" else 44),
        last_news_at=NOW - timedelta(minutes=12),
        seen_count=120,
        kept_count=31,
        detail=detail,
    )
