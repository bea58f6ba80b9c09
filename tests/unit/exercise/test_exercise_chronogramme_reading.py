"""Chronogrammes as trainers make them: what is understood, what is named as wrong."""

from __future__ import annotations

from datetime import time

import pytest

from tests.unit.exercise.chronogramme_samples import book_of, conventions, sheet, small
from vigie.exercise.chronogramme import read_chronogramme
from vigie.exercise.chronogramme_faults import ChronogrammeErrors
from vigie.language import say
from vigie.records.table import Formula, RawBook

TITLES = ("Heure", "N°", "Émetteur", "À", "Moyen", "Stimulus", "Vérité", "Fait")


def read(*sheets, existing=True):
    """Return what sheets are, imported into the small flood."""
    base = small() if existing else None
    return read_chronogramme(RawBook(sheets=sheets), base, conventions())


def faults(*sheets, existing=True):
    """Return what is wrong with sheets, as (sheet, row, column)."""
    with pytest.raises(ChronogrammeErrors) as caught:
        read(*sheets, existing=existing)
    for fault in caught.value.faults:
        assert fault.what
        assert fault.cure, fault
    return [(one.spot.sheet, one.spot.row, one.spot.column) for one in caught.value.faults]


def small_rows():
    """Return the rows of the small flood's own chronogramme, titles first, and its sheet."""
    found = book_of(small()).sheet("Chronogramme")
    return [list(row) for _, row in found.rows[3:]], found.title


def changed(row, title, value):
    """Return a sheet of the small flood with one cell changed (row from 1 below the titles)."""
    rows, name = small_rows()
    titles = rows[0]
    rows = [[*one, *[None] * (len(titles) - len(one))] for one in rows]
    rows[row][titles.index(title)] = value
    return sheet(name, *rows)


def test_the_sheet_alone_keeps_the_rest_and_changes_adds_removes_injects():
    """A chronogramme of few columns keeps what it does not speak of; rows that are gone go."""
    rows, name = small_rows()
    kept = [row for row in rows if row[0] != "i06"]
    new = ["i16", "T+01:40", None, "codis", "veille", "appel", None, None, "Fin d'alerte"]
    new += [None, None, None, "bruit"]
    outcome = read(sheet(name, *kept, new)).scenario
    before = small()
    assert (outcome.cast, outcome.facts, outcome.noise) == (before.cast, before.facts, before.noise)
    assert {one.id for one in outcome.injects} == {one.id for one in before.injects} - {"i06"} | {
        "i16"
    }
    assert outcome.injects[2] == before.injects[2], "the parameters of its channel are kept"
    assert outcome.injects[-1].content.text == "Fin d'alerte"


def test_columns_in_any_order_case_accents_and_words_of_the_trade():
    """Titles below a heading, names for ids, words for channels, merged hours, headings, blanks."""
    told = read(
        sheet(
            "Feuil1",
            ("EXERCICE CRUE",),
            None,
            (
                "STIMULUS",
                "Emetteur",
                "heure",
                "n°",
                "moyen",
                "verite",
                "fait",
                "A / Destinataire",
                "Réel",
            ),
            ("Phase 1 : montée",),
            (
                "Eau rue du Moulin #Ouche21",
                "LUCIE P.",
                "T+00:04",
                1,
                "piaille",
                "VRAI",
                "toit",
                "tous",
                "x",
            ),
            ("On est sur le toit", "Codis 21", None, 2, "Téléphone", "reprise", "Toit"),
            (None, None, None, 3),
            (None, None, None, 4),
            merged=((4, 1, 4, 8), (5, 3, 6, 3)),
        ),
        RawBookSheet.facts(),
    )
    first, second = told.scenario.injects
    assert (first.id, first.at, first.sender, first.content.source) == (
        "i001",
        "T+00:04",
        "lucie",
        "piaille",
    )
    assert (second.at, second.sender, second.content.channel) == ("T+00:04", "codis", "call")
    assert second.truth.fact == "toit"
    assert any("Réel" in note for note in told.notes)
    assert any("Phase 1" in note for note in told.notes)


class RawBookSheet:
    """Small sheets that several tests need."""

    @staticmethod
    def facts():
        """One fact alone, so that nobody has to tell the others."""
        return sheet(
            "Faits",
            ("Identifiant", "Vrai", "Résumé", "Catégorie"),
            ("toit", "oui", "Deux personnes sur un toit", "personne en danger"),
        )


def row(at, number, sender="codis", channel="appel", text="allô", truth="bruit", fact=None, **more):
    """Return one row of ``TITLES``."""
    return (at, number, sender, more.get("to", "veille"), channel, text, truth, fact)


def test_preparation_days_before_are_no_injects_and_are_said_aloud():
    """J-60 is sixty days before: the row is left out with a note that names it."""
    told = read(
        sheet(
            "Chrono",
            TITLES,
            ("J-60", None, None, None, None, "Réunion de cadrage"),
            row("T+00:00", 1, "lucie", "piaille", "le toit #Ouche21", "vrai", "toit"),
        ),
        RawBookSheet.facts(),
    )
    assert [one.id for one in told.scenario.injects] == ["i001"]
    assert any("J-60" in note and "ligne 2" in note for note in told.notes)


@pytest.mark.parametrize(
    ("title", "value"),
    [
        ("Heure", "bientôt"),
        ("Heure", 70),
        ("Heure", "T+03:00"),
        ("Heure", None),
        ("Heure", Formula("=")),
        ("Affiché à", "T+00:01"),
        ("De", "inconnue"),
        ("De", None),
        ("Canal", "pigeon"),
        ("Canal", None),
        ("Source", "myspace"),
        ("Source", None),
        ("Contenu", None),
        ("Renvoi à", "i99"),
        ("Vérité", "bof"),
        ("Vérité", None),
        ("Fait", "toiit"),
        ("Fait", None),
        ("Délai (min)", "vite"),
        ("Délai (min)", 0),
        ("Livrable", "rapport"),
        ("N°", "i09"),
    ],
)
def test_one_wrong_cell_gives_one_fault_at_its_cell(title, value):
    """Every kind of mistake is named once, where it stands, and nothing else is blamed for it."""
    rows, _ = small_rows()
    at = [line[0] for line in rows].index("i10")
    assert faults(changed(at, title, value)) == [("Chronogramme", at + 1, title)]


def test_what_a_channel_cannot_carry_is_named():
    """A text for a gauge would be lost: it is a fault."""
    rows, _ = small_rows()
    at = [line[0] for line in rows].index("i06")
    assert faults(changed(at, "Contenu", "ça monte")) == [("Chronogramme", at + 1, "Contenu")]


def test_faults_of_all_sheets_are_named_in_one_run_and_echoes_are_not():
    """A wrong member of the cast is one fault, not one for each of its injects."""
    book = book_of(small())
    sheets = {one.title: [list(cells) for _, cells in one.rows[3:]] for one in book.sheets}
    sheets["Distribution"][1][3] = "lucie@vraiserveur.fr"
    sheets["Faits"][1][3] = "Dijon"
    sheets["Faits"][2][7] = "bizarre"
    sheets["Paramètres"][1][1] = "vitesse"
    sheets["Pannes"][1][2] = "T+00:10"
    sheets["Réglages"][1][0] = "identité"
    told = faults(*(sheet(title, *rows) for title, rows in sheets.items()))
    assert set(told) == {
        ("Distribution", 2, "Compte"),
        ("Faits", 2, "Commune (code INSEE)"),
        ("Faits", 3, "Catégorie"),
        ("Paramètres", 2, "Paramètre"),
        ("Pannes", 2, "Fin"),
        ("Réglages", 2, "Réglage"),
    }


def test_a_missing_column_is_one_fault_and_not_one_a_row():
    """Without the column of truth nothing is guessed, and it is said once."""
    titles = ("Heure", "N°", "De", "Canal", "Contenu")
    told = faults(
        sheet(
            "Chronogramme",
            titles,
            *((f"T+00:{n:02d}", n, "codis", "appel", "a") for n in range(20, 30)),
        ),
    )
    assert [one for one in told if one[2] == "Vérité"] == [("Chronogramme", 1, "Vérité")]


def test_a_sheet_alone_makes_no_new_scenario():
    """Cast, facts and settings are needed once; each missing sheet is named."""
    told = faults(sheet("Chronogramme", TITLES, row("T+00:00", 1)), existing=False)
    assert {one[0] for one in told} >= {"Distribution", "Faits", "Réglages"}


def test_what_is_no_chronogramme_is_said_so():
    """A sheet of other things names what is looked for; an unreadable header too."""
    assert faults(sheet("Budget", ("Poste", "Euros"), ("Café", 12))) == [(say("whole file"), 0, "")]
    assert faults(sheet("Chronogramme", ("a", "b"), ("c", "d"))) == [("Chronogramme", 0, "")]


def test_a_time_of_the_spreadsheet_is_the_clock():
    """06:04 as a time of Excel is four minutes after a start at six."""
    rows, name = small_rows()
    at = rows[0].index("Heure")
    rows[1][at] = time(6, 4)
    assert read(sheet(name, *rows)).scenario == small()
