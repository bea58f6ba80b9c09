"""Places: what bears a commune's name without being the place of a fact, class by class."""

from __future__ import annotations

import pytest

from vigie.signals.gazetteer import Gazetteer
from vigie.signals.places import locate, locate_all

NOT_THERE = [
    ("Les bleus de l'AJ Auxerre préparent la reprise", "team"),
    ("Beaune-Auxonne ce dimanche", "two towns and nothing that goes between them"),
    ("le car pour Auxonne a du retard", "a vehicle's end"),
    ("terminus Quetigny, tout le monde descend", "a vehicle's end"),
    ("un petit pommard entre amis", "wine"),
    ("deux cocos de Genlis dans la soupe", "product"),
    ("Yasmine Seurre a retrouvé son chien", "first name"),
    ("Zdenka Nolay, 71 ans, ne répond plus", "age"),
    ("passage du Creusot, odeur de gaz", "way"),
    ("lycée Genlis", "house named after somebody"),
    ("comme à Vaison-la-Romaine en 92", "remembered"),
    ("Saint-Nicolas arrive demain", "saint"),
    ("une fourme de Genlis offerte aux pompiers", "a thing that comes from there"),
    ("la pucelle de Genlis n'aurait pas bu ça", "a person of legend"),
    ("il est né à Genlis en plein hiver, lui", "born there"),
    ("façon Genlis, avec des oignons", "manner"),
    ("ma tante Genlis va bien", "kin"),
    ("les Genlis ont hébergé six personnes", "family"),
    ("Genlis OSC bloqué dans son bus", "team"),
    ("Racing Genlis a coulé", "team"),
    ("Rivière Genlis, débit record", "stream"),
    ("vol Genlis Auxonne annulé", "flight"),
    ("saint Apollinaire, priez pour nous", "prayer"),
    ("mon cousin vit à Rennes, lui", "far from the territory"),
    ("on rigole moins qu'à Cannes", "comparison"),
    ("fermez vos vannes avant de partir", "word"),
    ("sauve qui peut", "word"),
    ("un petit meursault et au lit", "wine"),
]
THERE = [
    ("Le car Beaune-Auxonne est supprimé", ("21054", "21038")),
    ("lycée de Genlis évacué", ("21292",)),
    ("gymnase genlis ouvert", ("21292",)),
    ("Genlis sous l'eau comme en 2013", ("21292",)),
    ("Longvic : l'Ouche dépasse la digue du stade, ça coule vers les maisons", ("21355",)),
    ("Lits de camp au gymnase;Fleurey-sur-Ouche;Mairie", ("21273",)),
    ("Dole : le Doubs monte", ("39198",)),
    ("Gevrey-Chambertin : route coupée", ("21295",)),
    ("21140 Semur, cave pleine", ("21603",)),
    ("Lux le pont est parti", ("21361",)),
    ("Grignon route coupée par un rocher", ("21308",)),
    ("feu à l'usine de Genlis", ("21292",)),
    ("les habitants de Genlis sont évacués", ("21292",)),
    ("panne à la mairie de Genlis", ("21292",)),
    ("explosion à Marseille", ("13055",)),
    ("Auxonnais, Nuitons, fermez vos volets", ("21038",)),
    ("genlis cave inondée", ("21292",)),
    ("st apo rue de Dijon sous l'eau", ("21540",)),
    ("Beaune et Lux sans réseau", ("21054", "21361")),
]


@pytest.mark.parametrize(("text", "why"), NOT_THERE)
def test_name_of_something_else_is_no_place(text: str, why: str, gazetteer: Gazetteer) -> None:
    """A team, a product, a person, a way, a memory is no place."""
    assert locate(text, gazetteer, ["21"]) is None, why


@pytest.mark.parametrize(("text", "codes"), THERE)
def test_place_stays_beside_its_look_alike(
    text: str, codes: tuple[str, ...], gazetteer: Gazetteer
) -> None:
    """What resembles these classes and is a place is found."""
    assert {one.insee for one in locate_all(text, gazetteer, ["21"])} == set(codes)


def test_foreign_town_is_not_its_french_namesake(gazetteer: Gazetteer) -> None:
    """With a sign of the country no French commune is named; without one the town is."""
    assert locate("Orages à Vienne, en Autriche", gazetteer, all_france=True) is None
    found = locate("Vienne (38) : quai fermé", gazetteer, all_france=True)
    assert found is not None
    assert found.insee == "38544"
