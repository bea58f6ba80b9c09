"""Roads, listed places and inhabitants' names in texts; several places at once."""

from __future__ import annotations

import pytest

from vigie.convention.model import KnownPlace
from vigie.signals.gazetteer import Gazetteer
from vigie.signals.inhabitants import forms_of
from vigie.signals.places import locate, locate_all
from vigie.signals.roads import roads_in
from vigie.signals.sites import sites_in, sites_of

ROADS = [
    ("Arbre couché sur la D974 PR 12", ["D974 PR 12"]),
    ("sur la RD 971 au PR 4+300", ["D971 PR 4+300"]),
    ("bouchon A38 km 24", ["A38 PR 24"]),
    ("accident sur l'A 38 à hauteur du PR 24", ["A38 PR 24"]),
    ("PR 12 de la D974 : chaussée affaissée", ["D974 PR 12"]),
    ("au km 24 sur l'A38", ["A38 PR 24"]),
    ("RN 5 coupée", ["N5"]),
    ("la d10 est coupée", ["D10"]),
    ("rocade N274 fermée", ["N274"]),
    ("la départementale 905 sous l'eau", ["D905"]),
    ("route nationale 7 coupée", ["N7"]),
    ("autoroute A6 bouchée", ["A6"]),
    ("#D974 inondée", ["D974"]),
    ("entre la D10 et la D12", ["D10", "D12"]),
    ("échangeur A6/A38", ["A6", "A38"]),
    ("la D.974", ["D974"]),
    ("la D0974 puis la D974 PR 3", ["D974 PR 3"]),
    ("la M6 à Lyon", ["M6"]),
]
NO_ROADS = [
    "a 10 km d'ici",
    "rendez-vous A 20 h",
    "D 70 ans",
    "masque N95 obligatoire",
    "format A4",
    "M6 diffuse un reportage",
    "N°5",
    "https://example.org/D974",
    "j'ai 2 D 10",
    "",
]


@pytest.mark.parametrize(("text", "codes"), ROADS)
def test_roads_are_read_with_their_kilometre_points(text: str, codes: list[str]) -> None:
    """Each way of writing a road gives its one name, with the kilometre point if one is said."""
    assert [road.code for road in roads_in(text)] == codes


@pytest.mark.parametrize("text", NO_ROADS)
def test_no_road_is_invented(text: str) -> None:
    """Hours, distances, formats, channels and links are no roads."""
    assert roads_in(text) == ()


SITES = sites_of(
    [
        KnownPlace(
            name="gare de Dijon-Ville",
            kind="station",
            aliases=["Dijon Ville"],
            commune="21231",
            lon=5.027,
            lat=47.323,
        ),
        KnownPlace(name="A38 PR 24", kind="road", lon=4.7, lat=47.29),
        KnownPlace(name="lac Kir", kind="site", lon=5.0, lat=47.33),
    ]
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Incendie en Gare de Dijon Ville", ["gare de Dijon-Ville"]),
        ("on attend à #DijonVille", ["gare de Dijon-Ville"]),
        ("véhicule en feu sur l'A38 au PR 24", ["A38 PR 24"]),
        ("un corps au Lac Kir ?", ["lac Kir"]),
        ("le lac est calme", []),
        ("A38 PR 25", []),
        ("", []),
    ],
)
def test_listed_places_are_found_as_people_write_them(text: str, names: list[str]) -> None:
    """Names and aliases of the convention's list are found whatever case, accents, hyphens."""
    assert [place.name for place in sites_in(text, SITES)] == names


@pytest.mark.parametrize(
    ("text", "insee"),
    [
        ("Les Dijonnais sont invités à rester chez eux", "21231"),
        ("des Dijonnaises bloquées", "21231"),
        ("aux Beaunois : eau non potable", "21054"),
        ("une Longvicienne témoigne", "21355"),
        ("un vin dijonnais", None),
        ("le style Lyonnais", None),
    ],
)
def test_inhabitants_name_their_commune(text: str, insee: str | None, gazetteer: Gazetteer) -> None:
    """Inhabitants after an article lead to their commune; an adjective does not."""
    found = locate(text, gazetteer, ["21"])
    assert (found.insee if found else None) == insee


def test_forms_of_inhabitants_names() -> None:
    """One plural gives the four forms, without accents."""
    assert set(forms_of("Épleumiens")) == {"epleumiens", "epleumien", "epleumienne", "epleumiennes"}
    assert "mancelle" not in forms_of("Dijonnais")
    assert "dijonnaise" in forms_of("Dijonnais")


def test_all_places_are_kept_the_best_first(gazetteer: Gazetteer) -> None:
    """A text that names three communes gives three, the territory's own before its neighbours."""
    found = locate_all("De Dole à Auxonne, la Saône monte ; à Dijon aussi", gazetteer, ["21"])
    codes = [place.insee for place in found]
    assert set(codes) >= {"21038", "21231"}
    assert codes[0] in ("21038", "21231")
    assert len({place.insee for place in found}) == len(found)
