"""The content of a point de situation: nothing mixed, nothing lost, nothing overstated."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.situation.situation_samples import (
    CONFIRMED,
    NOW,
    activation,
    known,
    observations,
    row,
)
from vigie.records.activation import JournalEntry
from vigie.records.health import Health
from vigie.records.observation import Observation
from vigie.records.sheet import PeopleRow
from vigie.situation.report import Paragraph, compose, kept_paragraph, plain_data
from vigie.situation.report_rows import OVER, SECTION_CODES, open_rows


def report(rows: list[Observation], **changes):
    """Return what a report of these rows says."""
    return compose(known(rows, **changes), now=NOW, by="Anne")


@settings(max_examples=150, deadline=None)
@given(observations())
def test_every_open_row_stands_in_exactly_one_list(rows: list[Observation]) -> None:
    """Verified or unverified, once, in one section; nothing that is over or withdrawn."""
    said = report(rows)
    verified = [item.ref for part in said.sections for item in part.verified]
    unverified = [item.ref for part in said.sections for item in part.unverified]
    assert Counter(verified + unverified) == Counter(item.ref for item in open_rows(rows))
    assert not set(verified) & set(unverified)
    by_ref = {item.ref: item for item in rows}
    assert all(by_ref[ref].effective_status() == "confirmed" for ref in verified)
    assert all(by_ref[ref].effective_status() != "confirmed" for ref in unverified)
    assert [part.code for part in said.sections] == list(SECTION_CODES)
    assert said.verified_count + said.unverified_count == sum(said.counts.values())


@settings(max_examples=150, deadline=None)
@given(observations())
def test_no_open_life_at_risk_is_left_out(rows: list[Observation]) -> None:
    """Whatever its category and whatever it was merged with: itself or a row that presses as much.

    A rumour of it is told among the rumours.
    """
    told = {item.ref: item for item in report(rows).items}
    lives = [
        item
        for item in rows
        if item.value("urgency") == "life_at_risk"
        and not item.is_withdrawn
        and item.effective_status() not in OVER
    ]
    for life in lives:
        assert life.ref in told or any(
            life.ref in item.members and item.urgency == "life_at_risk" for item in told.values()
        )


@settings(max_examples=60, deadline=None)
@given(observations(), observations())
def test_what_is_new_is_what_the_last_report_did_not_say(
    before: list[Observation], after: list[Observation]
) -> None:
    """New and changed rows are disjoint; an unchanged state has neither."""
    first = plain_data(report(before))
    again = report(before, previous=first)
    assert again.number == 2
    assert not again.news.verified + again.news.unverified
    assert again.news.changes == ()
    second = report(after, previous=first)
    new = set(second.news.verified) | set(second.news.unverified)
    changed = {change.ref for change in second.news.changes}
    assert not new & changed
    assert new == {
        item.ref for item in after if item.ref not in first["states"] and not item.is_withdrawn
    }
    assert not set(second.news.verified) & set(second.news.unverified)


def test_the_data_are_plain_json() -> None:
    """What is frozen can be written and read back as JSON without a change."""
    said = plain_data(report([row(1), row(2, CONFIRMED), row(3, {"status": "lifted"})]))
    assert json.loads(json.dumps(said)) == said


def test_sections_follow_the_subject() -> None:
    """A road is a road, a need a need; a life at risk is told first whatever it is about."""
    said = report(
        [
            row(1, category="road_closed"),
            row(2, category="need_shelter"),
            row(3, category="road_closed", urgency="life_at_risk"),
            row(4, category="rumour", urgency="life_at_risk"),
            row(5, category="water", source_grade="A"),
            row(6, category=None),
        ],
        measured=frozenset({"CO21-0005"}),
    )
    places = {
        item.ref: part.code for part in said.sections for item in (*part.verified, *part.unverified)
    }
    assert places == {
        "CO21-0001": "roads",
        "CO21-0002": "needs",
        "CO21-0003": "people",
        "CO21-0004": "rumours",
        "CO21-0005": "levels",
        "CO21-0006": "others",
    }


def test_a_merged_row_is_told_with_the_row_that_people_named() -> None:
    """Once, with its reference; if that row is over it is told for itself."""
    merged = row(2, {"grouped_with": "CO21-0001"})
    said = report([row(1), merged])
    assert [(item.ref, item.members) for item in said.items] == [("CO21-0001", ("CO21-0002",))]
    over = report([row(1, {"status": "lifted"}), merged])
    assert [item.ref for item in over.items] == ["CO21-0002"]


def test_a_status_that_does_not_count_is_told_with_what_lacks() -> None:
    """Typed ``confirmé`` without a verifier stands among the unverified, and says why."""
    (item,) = report([row(1, {"status": "confirmed", "evidence": "appel CODIS"})]).items
    assert (item.status, item.typed_status, item.gaps) == (
        "in_progress",
        "confirmed",
        ("verifier",),
    )


def test_denials_bear_their_evidence_and_are_not_open() -> None:
    """What is refuted is told as a denial, with the evidence that a person typed."""
    proof = "https://auxonne.example/dementi"
    said = report([row(1, {"status": "refuted", "evidence": proof})])
    assert said.items == []
    assert [(item.ref, item.evidence) for item in said.denied] == [("CO21-0001", proof)]


def test_nothing_of_the_author_is_told() -> None:
    """Neither pseudonym nor the address that names an account; an authority's address is told."""
    said = report(
        [
            row(1, summary="RT @lea_genlis : appelez le 06 12 34 56 78, 12 rue des Lilas"),
            row(2, source_grade="A", link="https://prefecture.example/arrete"),
        ]
    )
    text = json.dumps(plain_data(said), ensure_ascii=False)
    assert "auteur-abc" not in text
    assert "piaille.example" not in text
    assert "lea_genlis" not in text
    assert "06 12" not in text
    assert "12 rue" not in text
    assert "https://prefecture.example/arrete" in text


def test_what_a_person_typed_stands() -> None:
    """A summary that a person typed is told as typed, telephone number included."""
    typed = "Rappeler M. Petit au 03 80 12 34 56, 4 rue du Port"
    (item,) = report([row(1, {"summary": typed})]).items
    assert item.summary == typed


def test_silence_is_never_calm() -> None:
    """A source that failed, is silent or was never asked is told; one that answered is not."""
    from tests.unit.workbook.workbook_samples import source

    sources = [source(name, name.title(), "rss") for name in ("bon", "muet", "jamais", "refus")]
    healths = {
        name: Health(
            source_id=name,
            state=state,  # type: ignore[arg-type]
            since_at=NOW,
            last_attempt_at=NOW - timedelta(minutes=1),
            last_answer_at=NOW - timedelta(minutes=minutes),
        )
        for name, state, minutes in (
            ("bon", "empty", 1),
            ("muet", "ok", 90),
            ("refus", "refused", 5),
        )
    }
    said = report([], sources=sources, healths=healths, silent={"muet"})
    assert {item.source_id: item.gap for item in said.unwatched} == {
        "muet": "silent",
        "jamais": "never_asked",
        "refus": "failing",
    }
    late = compose(
        known([], sources=sources[:1], healths=healths), now=NOW + timedelta(hours=1), by="vigie"
    )
    assert [item.gap for item in late.unwatched] == ["not_asked"]
    paused = known([], sources=sources[:1], healths=healths, activation=activation(state="standby"))
    assert compose(paused, now=NOW + timedelta(hours=1), by="vigie").unwatched == ()


def test_the_team_is_counted_since_the_last_report() -> None:
    """Edits, additions and verifications since then; delays over all rows."""
    rows = [
        row(1, {"transmitted_at": NOW, "acknowledged_at": NOW + timedelta(minutes=8)}),
        row(31, {"transmitted_at": NOW, "requested_action": "pomper", "recipient": "SDIS"}),
    ]
    entries = [
        JournalEntry(at=NOW, actor="Léa", subject="CO21-0001", action="edit", field="status"),
        JournalEntry(
            at=NOW,
            actor="Léa",
            subject="CO21-0031",
            action="edit",
            field="verified_by",
            after="Léa",
        ),
        JournalEntry(at=NOW, actor="vigie", subject="CO21-0001", action="update", field="urgency"),
    ]
    people = [
        PeopleRow(sheet="team", key="T-1", values={"checked_in_at": NOW}, is_added_by_people=True),
        PeopleRow(
            sheet="team",
            key="T-2",
            values={"checked_in_at": NOW, "checked_out_at": NOW},
            is_added_by_people=True,
        ),
    ]
    team = report(rows, journal=list(enumerate(entries, start=1)), people_rows=people).team
    assert (team.edited_count, team.verified_count, team.on_duty_count) == (2, 1, 1)
    assert (team.transmitted_count, team.acknowledged_count) == (2, 1)
    assert (team.to_transmission.count, team.to_transmission.longest_minutes) == (2, 31)
    assert team.to_acknowledgement.median_minutes == 8
    assert [(item.ref, item.recipient) for item in team.requests] == [("CO21-0031", "SDIS")]


@given(st.text(min_size=1, max_size=80))
def test_the_paragraph_is_kept_as_it_was_written(text: str) -> None:
    """The coordinator's words come again in the next report, with who wrote them when."""
    paragraph = Paragraph(text=text, by="Anne", at=NOW, from_number=1)
    first = compose(known([]), now=NOW, by="Anne", paragraph=paragraph)
    assert kept_paragraph(plain_data(first)) == paragraph
    assert kept_paragraph(plain_data(report([]))) is None
    assert kept_paragraph(None) is None
