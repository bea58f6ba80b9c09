"""Scenarios and plain books for the tests of chronogrammes."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from vigie.convention.loader import convention_files, load_conventions
from vigie.exercise.chronogramme import scenario_tables
from vigie.exercise.scenario import Scenario
from vigie.exercise.scenario_loading import load_scenario
from vigie.operations.conventions import convention_registry
from vigie.records.table import RawBook, RawSheet, TableBook
from vigie.tables.writing import write_book
from vigie.workbook.imports.plain import load_plain

ROOT = Path(__file__).parents[3]
SMALL = ROOT / "tests" / "payloads" / "scenarios" / "petite-crue.yml"
SHIPPED = sorted((ROOT / "data" / "scenarios").glob("*.yml"))
NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


@cache
def conventions():
    """Return the shipped conventions by id."""
    loaded = load_conventions(convention_files(ROOT / "conventions"), convention_registry())
    return {one.id: one for one in loaded}


@cache
def small() -> Scenario:
    """Return the small flood of the tests."""
    return load_scenario(SMALL, conventions())


def written(scenario: Scenario) -> bytes:
    """Return a scenario as an .xlsx file."""
    book = TableBook(
        heading=scenario.title,
        tables=scenario_tables(scenario),
        time_zone="Europe/Paris",
        made_at=NOW,
        banner="EXERCICE",
    )
    return write_book(book)


def book_of(scenario: Scenario) -> RawBook:
    """Return the cells of a scenario written as a file."""
    return load_plain(written(scenario))


def sheet(title, *rows, first=1, merged=()):
    """Return a sheet of rows from a row number on; None for a row that is empty."""
    filled = [(n, tuple(row)) for n, row in enumerate(rows, first) if row is not None]
    return RawSheet(title=title, rows=tuple(filled), merged=tuple(merged))


_TEXT = (
    st.text(
        st.one_of(
            st.sampled_from("=+-@'\"#{}[],:&*!|>%`\\_x0041_ \n\u00a0\u2028é😀Tt0123456789"),
            st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co")),
        ),
        min_size=1,
        max_size=60,
    )
    .map(lambda text: text.replace("\ufeff", "").strip())
    .filter(lambda text: text and text == text.strip("\u180e\u200b\u2060"))
)
_FLOAT = st.floats(-89, 89, allow_nan=False).map(lambda x: round(x, 6) or 0.0)


def _contents(alerts, roads, posts, articles):
    """Return contents of every channel; references name earlier injects of the same sort."""
    earlier = lambda ids: st.sampled_from([None, *ids])  # noqa: E731
    return st.one_of(
        st.fixed_dictionaries(
            {
                "channel": st.just("post"),
                "source": st.just("piaille"),
                "text": _TEXT,
                "title": st.one_of(st.just(""), _TEXT),
                "boost_of": earlier(posts),
            }
        ),
        st.fixed_dictionaries(
            {
                "channel": st.just("article"),
                "source": st.just("presse-locale"),
                "title": _TEXT,
                "text": _TEXT,
                "revises": earlier(articles),
            }
        ),
        st.fixed_dictionaries(
            {
                "channel": st.just("alert"),
                "source": st.just("alertes-fr"),
                "event": _TEXT,
                "headline": _TEXT,
                "text": _TEXT,
                "severity": st.sampled_from(["minor", "extreme"]),
                "action": st.sampled_from(["issue", "update", "cancel"]),
                "areas": st.lists(_TEXT, min_size=1, max_size=3),
                "expires_after_minutes": st.integers(1, 9999),
                "references": earlier(alerts),
            }
        ),
        st.fixed_dictionaries(
            {
                "channel": st.just("gauge"),
                "source": st.just("hauteurs"),
                "station": st.sampled_from(["U132401001", "0123"]),
                "metres": st.floats(-5, 40).map(lambda x: round(x, 4) + 0.0),
            }
        ),
        st.fixed_dictionaries(
            {
                "channel": st.just("vigilance"),
                "source": st.just("vigilance"),
                "domain": st.just("21"),
                "phenomenon": st.just("4"),
                "level": st.integers(1, 4),
                "horizon": st.sampled_from(["J", "J1"]),
            }
        ),
        st.fixed_dictionaries(
            {
                "channel": st.just("road"),
                "source": st.just("routes-departement"),
                "road": st.just("D905"),
                "text": _TEXT,
                "lat": _FLOAT,
                "lon": _FLOAT,
                "ends": earlier(roads),
            }
        ),
        st.fixed_dictionaries(
            {"channel": st.sampled_from(["call", "request", "role"]), "text": _TEXT}
        ),
        st.fixed_dictionaries({"channel": st.just("mail"), "subject": _TEXT, "text": _TEXT}),
    )


@st.composite
def scenarios(draw) -> Scenario:
    """A scenario that keeps every rule, in every channel, with hard texts."""
    facts = [
        {
            "id": f"f{n}",
            "is_true": draw(st.booleans()),
            "summary": f"{n} {draw(_TEXT)}",
            "commune": draw(st.sampled_from([None, "21231", "01004"])),
            "place": draw(st.one_of(st.just(""), _TEXT)),
            "lat": draw(st.one_of(st.none(), _FLOAT)),
            "category": draw(st.sampled_from(["water", "rumour", "road_closed"])),
            "urgency": draw(st.sampled_from(["high", "life_at_risk", "normal"])),
        }
        for n in range(draw(st.integers(1, 3)))
    ]
    truths = [{"kind": "true" if f["is_true"] else "rumour", "fact": f["id"]} for f in facts]
    seen: dict[str, list[str]] = {}
    injects = []
    for n, truth in enumerate([*truths, *[{"kind": "noise"}] * draw(st.integers(0, 6))]):
        lists = [seen.setdefault(one, []) for one in ("alert", "road", "post", "article")]
        content = draw(_contents(*lists))
        inject = {
            "id": draw(st.sampled_from([f"i{n:03d}", f"choc-{n}", f"x{n}b"])),
            "at": f"T+00:{n:02d}",
            "sender": "marie",
            "to": draw(st.sampled_from(["tous", "marie", "veille"])),
            "content": content,
            "truth": truth,
            "media": draw(st.one_of(st.just(""), _TEXT)),
            "note": draw(st.one_of(st.just(""), _TEXT)),
        }
        if draw(st.booleans()):
            inject["shown_at"] = f"T+01:{n:02d}"
            shown_late = True
        else:
            shown_late = False
        if draw(st.booleans()):
            inject["expect"] = {
                "reaction": draw(_TEXT),
                "within_minutes": draw(st.integers(1, 1440)),
                "of": draw(_TEXT),
                "deliverable": draw(st.sampled_from(["row", "judged", "acknowledged"])),
            }
        if not shown_late:
            seen.setdefault(content["channel"], []).append(inject["id"])
        injects.append(inject)
    data = {
        "schema_version": 1,
        "id": "essai",
        "title": draw(_TEXT),
        "convention": "cote-dor",
        "event": draw(_TEXT),
        "summary": draw(_TEXT),
        "objectives": draw(st.lists(_TEXT, min_size=1, max_size=3)),
        "starts": "05:30",
        "duration": "T+06:00",
        "seed": draw(st.integers(0, 10**9)),
        "watch": draw(st.lists(_TEXT, max_size=2)),
        "cast": [
            {"id": "marie", "name": "Marie", "kind": "person", "handle": "marie@piaille.example"},
            {"id": "codis", "name": draw(_TEXT), "kind": "partner"},
        ],
        "facts": facts,
        "injects": injects,
    }
    if draw(st.booleans()):
        data["noise"] = {
            "per_hour": draw(st.floats(0, 600).map(lambda x: round(x, 4) + 0.0)),
            "sources": ["piaille"],
            "templates": draw(st.lists(_TEXT, min_size=1, max_size=2)),
            "words": draw(st.lists(_TEXT, max_size=2)),
        }
    if draw(st.booleans()):
        fault = draw(
            st.sampled_from(
                [
                    {"status": 503},
                    {"garbage": True},
                    {"hang_seconds": 2.5},
                    {"status": 429, "retry_after_seconds": 60, "body": "non"},
                ]
            )
        )
        data["breakdowns"] = [
            {"source": "piaille", "starts": "T+00:10", "ends": "T+00:20", "fault": fault}
        ]
    return Scenario.model_validate(data)
