"""A row without a key is a known one, also with a word that somebody has replaced since."""

from vigie.workbook.rejoining import rejoin
from vigie.workbook.revisions import ReadRow

KNOWN = {
    "CO21-0114": {
        "summary": "Nappe d'eau devant l'école de Genlis",
        "entered_by": "Lise",
        "comment": "gymnase Zoé443",
        "requested_action": "usine Marc331",
    }
}
SAVED_AGAIN = ReadRow(
    row_number=40,
    key="",
    values={
        "summary": "Nappe d'eau devant l'école de Genlis",
        "entered_by": "Lise",
        "comment": "gymnase Lise241",
    },
)


def test_a_word_that_was_replaced_since_makes_no_second_row():
    """An editor that was open saves its row again, with the comment that Zoé has replaced."""
    said = {("CO21-0114", "comment"): frozenset({"gymnase Lise241"})}
    assert rejoin([SAVED_AGAIN], KNOWN, frozenset(), said) == {40: "CO21-0114"}


def test_a_word_that_never_stood_there_is_another_row():
    """Two rows that differ in a sentence nobody ever replaced stay two."""
    said = {("CO21-0115", "comment"): frozenset({"gymnase Lise241"})}
    assert rejoin([SAVED_AGAIN], KNOWN, frozenset(), said) == {}
    assert rejoin([SAVED_AGAIN], KNOWN, frozenset()) == {}
