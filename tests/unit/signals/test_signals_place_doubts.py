"""Places: what speaks against a name that is written like a place, class by class."""

from __future__ import annotations

from pathlib import Path

import pytest

from vigie.signals.gazetteer import Gazetteer
from vigie.signals.place_doubts import is_told
from vigie.signals.places import locate, locate_all

NO_PLACE = [
    ("Allez Brest, on y croit en coupe", "29", "a cheer"),
    ("Amiens SC perd 3-0", "80", "a club's letters"),
    ("La Rochelle a battu Toulouse, au moins ça", "17", "a match"),
    ("many thanks à la mairie pour les couvertures", "57", "English"),
    ("trois rivières ont débordé en même temps", "971", "plain words"),
    ("Gironde en vigilance rouge", "33", "the department"),
    ("la Mayenne monte, Mayenne aussi", "53", "river and department"),
    ("Verdon en crue, ne traversez pas", "33", "a river"),
    ("Corbières : le massif est fermé", "11", "a massif"),
    ("comme à Caen en 44, des ruines", "14", "remembered, in the territory too"),
    ("Vézelay 1946, mon père en parlait toujours", "89", "remembered"),
    ("Il y a cinq ans, Seurre sous les eaux", "21", "remembered"),
    ("T'as voulu voir Vesoul et on a vu la Saône", "70", "a song"),
    ("Charles Trenet chantait Narbonne", "11", "a song"),
    ("Orange rétablit le réseau vers 20 h", "84", "an operator"),
    ("Sainte Luce, donne nous la lumière", "972", "a saint"),
    ("EHPAD Sainte-Marthe évacué en bus", "47", "a house named after a saint"),
    ("Chambéry, mon chat, a disparu dans la neige", "73", "an animal"),
    ("du Cahors et du pain pour les pompiers", "46", "a wine"),
    ("Rue coupée par un arbre", "80", "a word"),
    ("Bois pas l'eau du robinet", "17", "a word"),
    ("Bois, eau, pain : il manque de tout", "17", "a list"),
    ("Source : la cousine d'une amie", "21", "a heading"),
    ("Morne Calebasse glisse", "972", "a longer name"),
    ("les Parisiens arrivent en vacances", "17", "people from elsewhere"),
    ("mon fils à Lyon a vu la vidéo", "42", "a relative in a neighbouring department"),
    ("Sedan, c'est un jeu de société ?", "08", "a game"),
]
A_PLACE = [
    ("Boulogne/Mer : port fermé", "62", "62160"),
    ("Vic/Seille canalisation éclatée devant le musée", "57", "57712"),
    ("la martyre (29800) : clocher frappé par la foudre", "29", "29144"),
    ("à Eu en Seine-Maritime le collège est un dortoir", "76", "76255"),
    ("Ham dans la Somme, usine évacuée", "80", "80410"),
    ("Andres dans le 62 : route coupée", "62", "62031"),
    ("Saint Marcellin (38), foudre sur la fromagerie", "38", "38416"),
    ("au Tampon 14e km, plus de toit à l'école", "974", "97422"),
    ("à Mayenne la halle est inondée", "53", "53147"),
    ("Orange : le théâtre antique sert de parking", "84", "84087"),
    ("Rue, baie de Somme : la nationale est coupée", "80", "80688"),
    ("Trois-Rivières embarcadère détruit", "971", "97132"),
    ("saint malo submersion digue de Rochebonne", "35", "35288"),
    ("Lyon : explosion rue Garibaldi", "42", "69123"),
]


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    """The repository's own tables."""
    return Gazetteer.of_folder(Path(__file__).parents[3] / "data")


@pytest.mark.parametrize(("text", "department", "why"), NO_PLACE)
def test_a_doubt_gives_no_place(text: str, department: str, why: str, gazetteer: Gazetteer) -> None:
    """What bears a commune's name for another reason must give no place."""
    assert locate_all(text, gazetteer, [department]) == (), why


@pytest.mark.parametrize(("text", "department", "insee"), A_PLACE)
def test_evidence_outweighs_a_doubt(
    text: str, department: str, insee: str, gazetteer: Gazetteer
) -> None:
    """A postcode, a department, a colon or ``à`` must make a place of a doubtful name."""
    found = locate(text, gazetteer, [department])
    assert found is not None
    assert found.insee == insee


def test_a_sentence_that_begins_with_a_name_tells_of_it() -> None:
    """The first name of a text must be what it tells of, a cousin's town must not."""
    begun, cousin = "Lyon sous la grêle", "mon cousin à Lyon dort"
    assert is_told(begun, 0, begun.casefold().split(), 0, is_dateline=False)
    words = cousin.casefold().split()
    assert not is_told(cousin, cousin.index("Lyon"), words, 3, is_dateline=False)
