"""Places: named communes are found, homonyms and words that are names invent nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from vigie.problem import SettingsError
from vigie.signals.places import Gazetteer, locate, locate_all

DATA = Path(__file__).resolve().parents[3] / "data"

FOUND = [
    ("Inondation à Dijon centre", "21231"),
    ("Dijon : la rocade est coupée", "21231"),
    ("dijon sous l eau", "21231"),
    ("DIJON SOUS L'EAU", "21231"),
    ("route coupée entre Genlis et Longeault", "21292"),
    ("Crue à St-Jean-de-Losne", "21554"),
    ("#inondation #SaintJeanDeLosne eau dans les rues", "21554"),
    ("pompiers a pontailler sur saone", "21496"),
    ("incendie a beaune", "21054"),
    ("à Premières, la route est noyée", "21183"),
    ("on est coincés a plombieres les dijon", "21485"),
    ("Crue à Saint-Apollinaire (Côte-d'Or)", "21540"),
    ("Mairie de Lux évacuée", "21361"),
    ("Incendie à Nice (06)", "06088"),
    ("Alerte à Marseille", "13055"),
    ("Sinistrés à Saint-Martin (97150)", "97801"),
]

NOT_FOUND = [
    "bonne nuit à tous",
    "Nuits agitées pour les pompiers",
    "Premières images de la crue",
    "rue de Dijon coupée",
    "embouteillage direction Beaune",
    "Le match de Dijon est annulé",
    "Pont-de-Pany inondé",
    "Fontaine d'Ouche inondée",
    "La Seine déborde",
    "De la Bière à volonté",
    "Nice job, bravo à tous",
    "Crue à Saint-Pierre",
    "Y aller ou pas ?",
    "Les secours arrivent, soyez prudents",
    "Merci à Martin et Laurent pour leur aide",
    "",
    "21000",
]


@pytest.mark.parametrize(("text", "insee"), FOUND)
def test_named_commune_is_found(text: str, insee: str, gazetteer: Gazetteer) -> None:
    """A commune that is named with evidence is found, with its point and the words."""
    place = locate(text, gazetteer, ["21"])
    assert place is not None
    assert place.insee == insee
    assert place.lat is not None
    assert place.precision_metres is None or place.precision_metres > 0
    assert place.words.split("-")[0].split()[0].casefold() in text.casefold().replace(
        "#saintj", "saint j"
    )


@pytest.mark.parametrize("text", NOT_FOUND)
def test_nothing_is_invented(text: str, gazetteer: Gazetteer) -> None:
    """Without evidence there is no place."""
    assert locate(text, gazetteer, ["21"]) is None


def test_homonyms_need_evidence(gazetteer: Gazetteer) -> None:
    """A name that many bear is a place only with a department, a postcode or a named commune."""
    text = "Route inondée à Saint-Denis"
    assert locate(text, gazetteer, all_france=True) is None
    for more, insee in (
        (" (93)", "93066"),
        (" 97400", "97411"),
        (", en Seine-Saint-Denis", "93066"),
    ):
        place = locate(text + more, gazetteer, all_france=True)
        assert place is not None, more
        assert place.insee == insee
    named = locate(text, gazetteer, communes=["93066"])
    assert named is not None
    assert named.insee == "93066"


def test_former_commune_gives_todays(gazetteer: Gazetteer) -> None:
    """The name of a former commune leads to the commune of today."""
    place = locate("Éboulement à Châtillon-en-Michaille", gazetteer, ["01"])
    assert place is not None
    assert place.insee == "01033"


def test_overseas_points_are_there(gazetteer: Gazetteer) -> None:
    """The collectivities that the table lacked have their points."""
    saint_martin = gazetteer.commune("97801")
    assert (saint_martin.lon, saint_martin.lat) == (-63.05, 18.07)


def test_precision_is_half_the_way_to_the_neighbour(gazetteer: Gazetteer) -> None:
    """The precision of Dijon is half the distance to its nearest neighbour, in metres."""
    metres = gazetteer.precision_metres("21231")
    assert metres is not None
    assert 1_000 < metres < 2_500


def test_missing_or_odd_table_is_told(tmp_path: Path) -> None:
    """A gazetteer that cannot be read is a fault of the installation, in words."""
    odd = tmp_path / "odd.csv"
    odd.write_text("a,b\n", "utf-8")
    for communes in (tmp_path / "none.csv", odd):
        with pytest.raises(SettingsError):
            Gazetteer.load(communes, DATA / "anciennes_communes.csv")


@pytest.mark.parametrize(
    ("text", "insee"),
    [
        ("Blessé à Lorient #SaintBarth", "97701"),
        ("#SaintBarth Lorient, une poutre sur un collègue", "97701"),
        ("les toits volent #SaintMartin", "97801"),
        ("SAINT-MARTIN : des toits arrachés", "97801"),
        ("Saint-Martin-de-Ré est sous l'eau", "17369"),
        ("Blessé à Lorient", "56121"),
    ],
)
def test_overseas_an_island_comes_before_villages_of_its_name(
    text: str, insee: str, gazetteer: Gazetteer
) -> None:
    """What the same text places on an island lies there, and on no mainland town of that name."""
    found = locate_all(text, gazetteer, all_france=True, is_overseas=True)
    assert [place.insee for place in found] == [insee]


def test_a_mainland_convention_knows_villages_first(gazetteer: Gazetteer) -> None:
    """Saint-Martin alone says nothing to who does not watch overseas."""
    assert locate_all("eau dans les rues #SaintMartin", gazetteer, all_france=True) == ()
