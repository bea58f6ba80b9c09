"""What we stand for: a typed status counts only with what the contracts ask for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.records.evidence import evidence_in, names_in
from vigie.records.observation import STATUSES, Observation

OWN = "https://piaille.example/@lea/1"


def row(machine: dict | None = None, **people: object) -> Observation:
    """Return a machine's row of one unreliable source on which people typed."""
    said = {
        "status": "unverified",
        "link": OWN,
        "source_grade": "F",
        "corroboration_count": 1,
        "entered_by": "Vigie",
    }
    return Observation(ref="CO21-0001", machine=said | (machine or {}), people=people)


def added(**people: object) -> Observation:
    """Return a row that people typed whole."""
    return Observation(ref="CO21-0002", people=people, is_added_by_people=True)


@pytest.mark.parametrize(
    ("evidence", "counts"),
    [
        ("https://mairie.example/arrete", True),
        ("www.mairie.example/arrete", True),
        ("voir CO21-0007", True),
        ("appel CODIS", True),
        ("arrêté 2026-12", True),
        ("", False),
        ("   ", False),
        ("vu", False),
        ("ok", False),
        ("?", False),
        ("CO21-0001", False),
        (OWN, False),
        (OWN + "/", False),
        (OWN.replace("https", "http") + "#suite", False),
    ],
)
def test_a_confirmation_needs_evidence_beside_the_row_itself(evidence: str, counts: bool) -> None:
    """A link, another row or a named reference; the row's own link or reference proves nothing."""
    found = row(status="confirmed", evidence=evidence, verified_by="Léa")
    assert (found.effective_status() == "confirmed") is counts
    assert found.status_gaps() == (() if counts else ("evidence",))


@pytest.mark.parametrize(
    ("machine", "people", "counts"),
    [
        ({"source_grade": "A"}, {}, True),
        ({"source_grade": "A"}, {"source_grade": "C"}, False),
        ({}, {"source_grade": "A"}, False),
        ({"corroboration_count": 2}, {}, True),
        ({"corroboration_count": 1}, {}, False),
        ({"corroboration_count": None}, {}, False),
    ],
)
def test_an_official_or_a_second_source_is_evidence(
    machine: dict, people: dict, counts: bool
) -> None:
    """The machine's own grading and counting serve; an A that a person typed does not."""
    found = row(machine, status="confirmed", verified_by="Léa", **people)
    assert (found.effective_status() == "confirmed") is counts


@pytest.mark.parametrize(
    ("entered", "verified", "gap"),
    [
        ("Vigie", "Léa", None),
        ("Vigie", "", "verifier"),
        ("Vigie", "Vigie", "verifier"),
        ("Vigie", "-", "verifier"),
        ("Vigie", "x", "verifier"),
        ("Anne", "Léa", None),
        ("Anne", "anne", "other"),
        ("Anne ", "ANNE", "other"),
        ("Anne Martin", "A. Martin", "other"),
        ("Anne Martin", "Anne", "other"),
        ("Anne Martin", "Luc Martin", None),
        ("Hélène", "Helene", "other"),
        ("Anne", "Anne et Léa", None),
        ("Anne / Léa", "Léa", "other"),
        ("", "Léa", "entered_by"),
    ],
)
def test_who_verifies_is_another_than_who_entered(
    entered: str, verified: str, gap: str | None
) -> None:
    """A named person, surely none of those of ``Saisi par``; the machine is no person."""
    found = added(
        status="confirmed",
        evidence="https://x.example/1",
        entered_by=entered,
        verified_by=verified,
    )
    assert found.status_gaps() == ((gap,) if gap else ())


def test_emptied_the_machine_still_entered_it() -> None:
    """A person who empties ``Saisi par`` of a machine's row does not make it nobody's."""
    found = row(status="confirmed", evidence="appel CODIS", verified_by="Léa", entered_by=None)
    assert found.effective_status() == "confirmed"


@pytest.mark.parametrize(
    ("evidence", "counts"),
    [
        ("https://mairie.example/dementi", True),
        ("CO21-0009", True),
        ("le maire me l'a dit", False),
        (OWN, False),
        ("", False),
    ],
)
def test_a_refutation_needs_an_address(evidence: str, counts: bool) -> None:
    """``infirmé`` asks for a link or a row that others can look up."""
    found = row({"source_grade": "A"}, status="refuted", evidence=evidence)
    assert found.effective_status() == ("refuted" if counts else "in_progress")


ANYTHING = st.one_of(st.none(), st.text(max_size=20), st.sampled_from(["Anne", "Léa", OWN]))


@given(
    status=st.sampled_from([*STATUSES, "peut-être"]),
    evidence=ANYTHING,
    verified=ANYTHING,
    entered=ANYTHING,
    grade=st.sampled_from(["A", "F", None]),
    voices=st.sampled_from([None, 0, 1, 2, 5]),
)
def test_what_counts_is_never_more_than_what_was_typed(
    status: str, evidence: object, verified: object, entered: object, grade: object, voices: object
) -> None:
    """The effective status is the typed one or ``in_progress``; confirmed rests on both halves."""
    found = row(
        {"source_grade": grade, "corroboration_count": voices},
        status=status,
        evidence=evidence,
        verified_by=verified,
        entered_by=entered,
    )
    counted = found.effective_status()
    assert counted in (status, "in_progress")
    assert (counted == status) == (not found.status_gaps()) or status == "in_progress"
    if status not in ("confirmed", "refuted"):
        assert counted == status
    if counted == "confirmed":
        assert names_in(str(verified or ""))
        proof = evidence_in(str(evidence or ""), own_link=OWN, own_ref=found.ref)
        assert proof.is_any or grade == "A" or (voices or 0) >= 2
