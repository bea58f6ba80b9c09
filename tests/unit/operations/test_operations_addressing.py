"""Which question a row has for the geocoder, and its answer laid over the row's cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from vigie.operations.addressing import question_of, refined
from vigie.records.addresses import PlacedAddress
from vigie.records.observation import CellValue
from vigie.signals.gazetteer import Gazetteer

DATA = Path(__file__).resolve().parents[3] / "data"
FOUND = PlacedAddress(lon=5.03571, lat=47.32006, precision_metres=30)


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    """Every commune."""
    return Gazetteer.of_folder(DATA)


def row(**changes: CellValue) -> dict[str, CellValue]:
    """Return the cells of a row at Dijon's own point."""
    cells: dict[str, CellValue] = {
        "commune": "Dijon",
        "lat": 47.32286,
        "lon": 5.03748,
        "precision_metres": 1500,
        "original_text": "Cave inondée 12 rue Monge à Dijon",
    }
    return {**cells, **changes}


def test_a_row_at_its_commune_s_point_has_a_question(gazetteer: Gazetteer) -> None:
    """The address as written, the commune by its code, one digest for all spellings."""
    question = question_of(row(place="D974 PR 12 ; parc des Expositions"), gazetteer)
    assert question is not None
    assert (question.address, question.commune.insee) == ("12 rue Monge", "21231")
    shouted = question_of(row(original_text="12 RUE MONGE À DIJON"), gazetteer)
    assert shouted is not None
    assert shouted.key == question.key
    other = question_of(row(original_text="14 rue Monge à Dijon"), gazetteer)
    assert other is not None
    assert other.key != question.key


@pytest.mark.parametrize(
    "changes",
    [
        {"lat": 47.3},
        {"lat": None, "lon": None},
        {"commune": None},
        {"commune": "Nulle-Part"},
        {"original_text": None},
        {"original_text": "Cave inondée à Dijon"},
        {"original_text": 12},
        {"place": "Beaune"},
        {"place": "D974 ; Genlis"},
    ],
)
def test_other_rows_have_none(gazetteer: Gazetteer, changes: dict[str, CellValue]) -> None:
    """Another point, no commune, no text, no address, a second commune: nothing to ask."""
    assert question_of(row(**changes), gazetteer) is None


def test_homonyms_are_told_apart_by_their_point(gazetteer: Gazetteer) -> None:
    """The code sent is that of the commune whose point the row has."""
    codes = gazetteer.codes_named(["beaumont"])
    assert len(codes) > 1
    for code in codes:
        commune = gazetteer.commune(code)
        if commune.name != "Beaumont":
            continue
        question = question_of(row(commune="Beaumont", lat=commune.lat, lon=commune.lon), gazetteer)
        assert question is not None
        assert question.commune.insee == code


def test_an_answer_makes_the_point_finer_once(gazetteer: Gazetteer) -> None:
    """Point, precision, and the words that led to it; laid over twice nothing changes more."""
    cells = row(place="D974")
    question = question_of(cells, gazetteer)
    assert question is not None
    finer = refined(cells, gazetteer, {question.key: FOUND})
    assert finer == cells | {
        "lat": 47.32006,
        "lon": 5.03571,
        "precision_metres": 30,
        "place": "12 rue Monge ; D974",
    }
    assert refined(finer, gazetteer, {question.key: FOUND}) is finer


def test_no_answer_and_no_gain_leave_the_row(gazetteer: Gazetteer) -> None:
    """Unasked, not found, or coarser than the commune itself."""
    cells = row()
    question = question_of(cells, gazetteer)
    assert question is not None
    coarse = PlacedAddress(lon=5.0, lat=47.3, precision_metres=1500)
    for answers in ({}, {question.key: None}, {"other": FOUND}, {question.key: coarse}):
        assert refined(cells, gazetteer, answers) is cells
