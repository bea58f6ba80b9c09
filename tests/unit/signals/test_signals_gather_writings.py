"""Set phrases, stamps, other writings and copies cut short: they join, and never hide a fact."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from vigie.records.post import Post
from vigie.signals.gathering import gather
from vigie.signals.gazetteer import Gazetteer

BRIDGE = "Pont fermé à Nolay, 40 cm d'eau sur la chaussée, déviation par Cordesse"
FORM = "Pont fermé à Nolay, {}, déviation par Cordesse et le haut du village"
LIFT = "Une dame de 83 ans coincée rue du Puits à Nolay, l'escalier est tombé, elle n'a pas mal"

WRITINGS = [
    ("jusqu'à midi", "jusqu'à 12 h"),
    ("80 % du village", "80 pour cent du village"),
    ("débit 450 m3/s", "débit de 450 mètres cubes par seconde"),
    ("dimanche 3 mars : 5 sur 5", "dim. 3 mars : 5/5"),
    ("le 4 mars", "le 04/03"),
    ("de 8 h à 12 h", "de 8 à 12 h"),
    ("1,50 m d'eau", "150 cm d'eau"),
    ("Paris 16e", "Paris XVIe"),
    ("km 171", "PK 171"),
    ("dans les Alpes-Maritimes", "dans les A-M"),
    ("300 logements sans eau pour deux jours", "300 logements sans eau pr 2 jours"),
]
SAME = [
    *((FORM.format(one), FORM.format(other)) for one, other in WRITINGS),
    (BRIDGE, "Bonjour à tous et à toutes, " + BRIDGE),
    (BRIDGE, "+1000. " + BRIDGE),
    (BRIDGE, "Communiqué n° 3 : " + BRIDGE),
    (BRIDGE, "Vu il y a 10 minutes : " + BRIDGE),
    (BRIDGE, BRIDGE + " j'en peux plus"),
    (BRIDGE, BRIDGE + " mes 3 gosses ont peur"),
    (BRIDGE, BRIDGE + ". Je préviens ceux de 8h que je ne passerai pas"),
    (BRIDGE, BRIDGE + ", vrai ou faux ?"),
    (BRIDGE, BRIDGE + " - il y a 12 minutes"),
    (BRIDGE, BRIDGE + ". Infos au 03 80 11 22 33"),
    (BRIDGE, BRIDGE + " le pain sera pas livré demain"),
    (LIFT, LIFT.rpartition(",")[0] + ". Quelqu'un a appelé le 18 j'espère ?"),
    (BRIDGE + " et les hauts du bourg", BRIDGE + " et les"),
]
APART = [
    *((FORM.format(one), FORM.format(other.replace("1", "7"))) for one, other in WRITINGS[:1]),
    (FORM.format("150 cm d'eau"), FORM.format("1,60 m d'eau")),
    (FORM.format("le 4 mars"), FORM.format("le 04/04")),
    (FORM.format("2 ensevelis, 1 dégagé"), FORM.format("2 ensevelis, 2 dégagés")),
    (BRIDGE, "Communiqué n° 3 : 2 morts. " + BRIDGE),
    (BRIDGE, BRIDGE + " et à Autun"),
    (BRIDGE + " et à Autun", BRIDGE),
    (BRIDGE, BRIDGE + ". C'est fini"),
    ("Nolay : " + FORM[14:], "Pfff ça recommence… Autun : " + FORM[14:]),
]


def _groups(first: str, second: str, gazetteer: Gazetteer, make_post: Callable[..., Post]) -> int:
    posts = [make_post(1, first), make_post(2, second)]
    return len(gather(posts, [], distinguishing=gazetteer.names_in).groups)


@pytest.mark.parametrize(("first", "second"), SAME)
def test_writings_and_phrases_join(
    first: str, second: str, gazetteer: Gazetteer, make_post: Callable[..., Post]
) -> None:
    """Another writing of a value, a set phrase or a remark around a text changes no fact."""
    assert _groups(first, second, gazetteer, make_post) == 1


@pytest.mark.parametrize(("first", "second"), APART)
def test_writings_hide_no_fact(
    first: str, second: str, gazetteer: Gazetteer, make_post: Callable[..., Post]
) -> None:
    """Another value, place, casualty or end keeps two posts apart, whatever is around it."""
    assert _groups(first, second, gazetteer, make_post) == 2
