"""What the public map may show."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.situation.map_samples import CONFIRMED, GENLIS, NOW, confirmed, row, rules
from vigie.records.observation import CATEGORIES, STATUSES, URGENCIES, Observation
from vigie.situation.map_items import MapItem
from vigie.situation.map_persons import names_somebody
from vigie.situation.map_public import (
    HARMLESS,
    PublicRules,
    is_summary_withheld,
    public_items,
    refusal,
)


def test_a_confirmed_row_shows_what_the_contract_allows_and_nothing_else() -> None:
    """Category, time, the commune's point; no text of the source, no link of a person."""
    [item] = public_items([confirmed()], rules())
    expected = MapItem(
        category="road_closed",
        observed_at=NOW - timedelta(hours=1),
        commune="Genlis",
        point=GENLIS.point,
    )
    assert item == expected


def test_a_summary_is_shown_only_if_a_person_typed_it() -> None:
    """The machine's summary quotes the source; a typed one is a person's own words."""
    typed = "Circulation interdite entre Genlis et Longeault"
    [item] = public_items([confirmed(summary=f"  {typed}\u202e\n ")], rules())
    assert item.summary == typed


@pytest.mark.parametrize(
    "summary",
    [
        "Appeler le 06 12 34 56 78",
        "Joindre la cellule au +33 6 12 34 56 78",
        "Cave inondée au 12 rue du Port",
        "Cave inondée 3bis, impasse des Lilas",
        "Mme Durand est évacuée",
        "La famille Martin est relogée",
        "Un homme de 82 ans est sorti par le toit",
        "Selon @lea_genlis la route est coupée",
        "Écrire à aide.genlis@example.org",
        "Voir https://piaille.example/@lea/1",
        "L'eau entre chez ma voisine",
        "０６ １２ ３４ ５６ ７８",
    ],
)
def test_a_typed_summary_that_names_somebody_is_kept_back(summary: str) -> None:
    """No person, home, account or number reaches the public; the fact itself does."""
    observation = confirmed(summary=summary)
    [item] = public_items([observation], rules())
    assert item.summary == ""
    assert is_summary_withheld(observation)


@pytest.mark.parametrize(
    "summary",
    [
        "La D10 est coupée entre Genlis et Longeault, déviation par la D25",
        "3 routes coupées, 80 cm d'eau sur la chaussée depuis 10 h 30",
        "Gymnase ouvert à tous, capacité 120 places",
        "L'A38 est fermée au PR 24 dans les deux sens",
        "Madame la préfète demande de reporter les déplacements",
    ],
)
def test_plain_facts_are_not_taken_for_persons(summary: str) -> None:
    """What a public map is for can be said on it."""
    assert not names_somebody(summary)


@pytest.mark.parametrize(
    ("observation", "reason"),
    [
        (row(), "not_confirmed"),
        (row(people={"status": "confirmed"}), "not_confirmed"),
        (row(people={**CONFIRMED, "verified_by": "Vigie"}), "not_confirmed"),
        (row(status="corroborated"), "not_confirmed"),
        (row(people={"status": "lifted"}), "over"),
        (row(people={"status": "refuted", "evidence": "https://x.example/1"}), "over"),
        (confirmed(urgency="life_at_risk"), "life_at_risk"),
        (confirmed(category="person_in_danger"), "category"),
        (confirmed(category="building_damage"), "category"),
        (confirmed(category="need_care"), "category"),
        (confirmed(category="avalanche"), "category"),
        (confirmed(category=None), "category"),
        (confirmed(commune="Nulle-Part"), "no_commune"),
        (confirmed(commune=None), "no_commune"),
        (confirmed(observed_at=None), "no_time"),
        (confirmed(observed_at="hier soir"), "no_time"),
        (confirmed(observed_at=NOW + timedelta(hours=2)), "no_time"),
        (confirmed(observed_at=NOW - timedelta(hours=25)), "too_old"),
        (row(people=CONFIRMED, received_at=NOW - timedelta(minutes=14)), "too_new"),
        (dataclasses.replace(confirmed(), is_withdrawn=True), "withdrawn"),
    ],
)
def test_what_is_not_for_the_public_says_why(observation: Observation, reason: str) -> None:
    """Unverified, over, harmful, old, new, unplaced: each is refused with its own reason."""
    assert refusal(observation, rules()) == reason
    assert public_items([observation], rules()) == []


def _alert(**people: Any) -> Observation:
    return row(
        people=people,
        source_grade="A",
        link="https://www.vigicrues.gouv.fr/troncon/1",
        urgency="life_at_risk",
        category="water",
    )


def test_an_official_alert_needs_no_verifier_and_keeps_its_link() -> None:
    """An authority's own alert in force is public already; its page is an official link."""
    known = rules(official_refs=frozenset({"CO21-0001"}), max_age=timedelta(minutes=5))
    [item] = public_items([_alert()], known)
    assert item.link == "https://www.vigicrues.gouv.fr/troncon/1"
    assert item.summary == ""


def test_an_official_article_and_a_doubted_alert_are_not_taken_for_alerts() -> None:
    """What the machine read out of an article is no alert; a person's doubt stops an alert."""
    assert refusal(_alert(), rules()) == "not_confirmed"
    known = rules(official_refs=frozenset({"CO21-0001"}))
    assert refusal(_alert(status="in_progress"), known) == "not_confirmed"
    assert refusal(_alert(source_grade="C"), known) == "not_confirmed"


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "https://user:secret@www.cote-dor.gouv.fr/",
        "https://gouv.fr.example/",
        "https://notgouv.fr/",
        "https://[::1/",
    ],
)
def test_links_that_are_not_an_authoritys_are_left_out(link: str) -> None:
    """Only an official page may be opened from the public map."""
    [item] = public_items([row(people=CONFIRMED, link=link)], rules())
    assert item.link == ""


def test_a_government_page_may_be_linked() -> None:
    """A page of the State is official whoever pointed to it."""
    link = "https://www.cote-dor.gouv.fr/crue"
    [item] = public_items([row(people=CONFIRMED, link=link)], rules())
    assert item.link == link


ROWS = st.builds(
    lambda number, machine, people: row(f"CO21-{number:04d}", people, **machine),
    st.integers(1, 40),
    st.fixed_dictionaries(
        {
            "category": st.sampled_from([*CATEGORIES, None, "avalanche"]),
            "urgency": st.sampled_from(URGENCIES),
            "status": st.sampled_from(STATUSES[:3]),
            "commune": st.sampled_from(["Genlis", "Nulle-Part", None]),
            "source_grade": st.sampled_from(["A", "F"]),
        }
    ),
    st.fixed_dictionaries(
        {},
        optional={
            "status": st.sampled_from(STATUSES),
            "verified_by": st.sampled_from(["Luc", "Vigie", None]),
            "evidence": st.sampled_from(["appel au CODIS", "", None]),
            "summary": st.text(max_size=80),
        },
    ),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(ROWS, max_size=12, unique_by=lambda one: one.ref), st.randoms())
def test_the_public_never_sees_more_than_its_share(rows: list[Observation], mixer: Any) -> None:
    """Whatever the rows: verified or official, harmless, at a commune's point; in any order."""
    official = frozenset(one.ref for one in rows[::2])
    known: PublicRules = rules(official_refs=official)
    items = public_items(rows, known)
    assert len(items) == sum(refusal(one, known) is None for one in rows)
    for item in items:
        assert item.category in HARMLESS
        assert item.point == GENLIS.point
        assert not item.ref
        assert not item.urgency
        assert not item.source
        assert not names_somebody(item.summary)
    mixed = list(rows)
    mixer.shuffle(mixed)
    assert public_items(mixed, known) == items
