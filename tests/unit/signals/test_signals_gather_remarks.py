"""Remarks, hours in labels and shorthand around a fact: they join it, and never hide another."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from vigie.records.post import Post
from vigie.signals.gathering import gather
from vigie.signals.gazetteer import Gazetteer

BRIDGE = "Pont fermé à Nolay, 40 cm d'eau sur la chaussée, déviation par Cordesse"
PARENTS = "mes parents sont bloqués au 14 rue des Lilas à Nevers, l'eau monte, ils ont 80 ans"
LEVEL = "Loire à Nevers : 4,20 m, pont fermé"
CLOSED = "Pont de Decize fermé à partir de 20 h, crue attendue cette nuit"

SAME = [
    (BRIDGE, BRIDGE + ". + perso j'ai mis 45 minutes"),
    (BRIDGE, BRIDGE + ". J'y suis depuis 2 h, mes 3 gosses dorment à l'arrière"),
    (BRIDGE, BRIDGE + ", on annule la rando"),
    (BRIDGE, BRIDGE + " (photo prise à 9h45)"),
    (BRIDGE, BRIDGE + ". Je suis mort, j'ai 1h20 de marche"),
    (BRIDGE, "Vous avez reçu ça ? " + BRIDGE),
    (BRIDGE, "INFO 14h30 | " + BRIDGE),
    (BRIDGE, "[06h55] " + BRIDGE),
    (BRIDGE, "17h32 - " + BRIDGE),
    (BRIDGE, "⛔ Infos route 5h15 ⛔ " + BRIDGE),
    (BRIDGE, "LE POINT À 8H15 – " + BRIDGE),
    (BRIDGE, BRIDGE[:-6]),
    (BRIDGE, BRIDGE.replace("40", "quarante").replace("déviation", "dév.")),
    (BRIDGE, BRIDGE + ". Source : le gestionnaire"),
    (BRIDGE, BRIDGE[:-22] + "… [lire la suite sur le groupe]"),
    (BRIDGE, BRIDGE[:-23] + ". Je fais comment pour emmener mes 3 enfants à l'école ?"),
    (CLOSED + ". Le pont de pierre est rouvert", "[RÉOUVERTURE] " + CLOSED),
    (
        "Sans courant à Nolay depuis 6 h, 12 foyers",
        "Sans électricité à Nolay depuis 6h, douze foyers",
    ),
    (
        "Sortie n° 22 fermée à Nolay, camions en travers, pte bloquée",
        "sortie n 22 fermée a nolay, camions en travers, porte bloquée",
    ),
    (
        "Carambolage sur l'A6 à Nolay sens sud, au moins 20 voitures, on voit rien",
        "A6 : carambolage à Nolay sens sud, au moins 20 voitures, on voit rien",
    ),
    (
        "3 blessés graves, 17 légers, 28 véhicules",
        "A31 : 3 blessés graves, 17 légers, 28 véhicules",
    ),
]

APART = [
    (BRIDGE, BRIDGE.replace("Cordesse", "Autun")),
    (BRIDGE, BRIDGE + ". On a 2 blessés ici"),
    (BRIDGE, BRIDGE + ". Je suis bloqué à Épinac avec 3 enfants, aidez-moi"),
    (BRIDGE, BRIDGE + ". Chez moi à Beaune l'eau est à 1,20 m"),
    (BRIDGE, BRIDGE + ". C'est fini, le pont est rouvert"),
    (BRIDGE, "On me dit que c'est faux : " + BRIDGE),
    (BRIDGE, "[RÉOUVERT] " + BRIDGE),
    (BRIDGE, "Exercice. " + BRIDGE),
    (BRIDGE, "Info 14h30 | " + BRIDGE.replace("40", "60")),
    (CLOSED, CLOSED + ". Celui de Nevers aussi"),
    (CLOSED, CLOSED + ". D981 aussi"),
    (CLOSED, CLOSED + ". Mon mari est coincé de l'autre côté depuis 3 h"),
    (LEVEL, LEVEL + ". 3 maisons détruites"),
]

NEVER = [
    (
        "Decize : l'eau est potable, vous pouvez boire",
        "Decize : l'eau est non potable, vous pouvez boire",
    ),
    (
        "Feu de camion à Decize, fumée noire sur le quai, restez chez vous",
        "Feu de camionnette à Decize, fumée noire sur le quai, restez chez vous",
    ),
    (f"[6h40] {LEVEL}", f"[18h20] {LEVEL}"),
    (BRIDGE.replace("40", "trente-quatre"), BRIDGE.replace("40", "trente-cinq")),
    (PARENTS, PARENTS.replace("14", "16")),
    (PARENTS, PARENTS.replace("Lilas", "Roses")),
    (PARENTS, PARENTS.replace("parents", "voisins")),
    ("A31 : 3 blessés graves, 17 légers", "A33 : 3 blessés graves, 17 légers"),
    (
        "Nevers : plus aucun train vers Moulins ce soir, ligne inondée",
        "Moulins : plus aucun train vers Nevers ce soir, ligne inondée",
    ),
    (
        "Accident D978 sens Nevers > Autun, 2 voies bloquées, un camion couché",
        "Accident D978 sens Autun > Nevers, 2 voies bloquées, un camion couché",
    ),
    (
        "2 morts et 14 blessés dans l'accident du car à Nevers ce matin",
        "14 morts et 2 blessés dans l'accident du car à Nevers ce matin",
    ),
    (
        "Rupture de digue à Decize, évacuez le quartier bas",
        "Rupture de digue évitée à Decize, évacuez le quartier bas",
    ),
    (
        "Rue de la gare inondée à Decize, 30 cm, passez par le haut",
        "Route de la gare inondée à Decize, 30 cm, passez par le haut",
    ),
    (
        "Besoin de 12 couvertures au gymnase de Decize ce soir",
        "Besoin de 12 couvertures au gymnase de Decize ce soir, on n'a plus besoin de rien merci",
    ),
    (
        "Une dizaine de blessés dans l'accident de car à Decize vers la gare",
        "Une vingtaine de blessés dans l'accident de car à Decize vers la gare",
    ),
]


def _groups(texts: list[str], gazetteer: Gazetteer, make_post: Callable[..., Post]) -> int:
    posts = [make_post(number, text) for number, text in enumerate(texts, start=1)]
    return len(gather(posts, [], distinguishing=gazetteer.names_in).groups)


@pytest.mark.parametrize(("said", "dressed"), SAME)
def test_remark_and_label_join(
    said: str, dressed: str, gazetteer: Gazetteer, make_post: Callable[..., Post]
) -> None:
    """What people say of themselves, an hour in a label and words of haste make no new fact."""
    assert _groups([said, dressed], gazetteer, make_post) == 1


@pytest.mark.parametrize(("said", "other"), APART)
def test_news_in_a_remark_stays_apart(
    said: str, other: str, gazetteer: Gazetteer, make_post: Callable[..., Post]
) -> None:
    """A call for help, a casualty, a level, another place or an end is news, whoever adds it."""
    assert _groups([said, other], gazetteer, make_post) == 2


@pytest.mark.parametrize(("one", "other"), NEVER)
def test_two_facts_never_meet(
    one: str, other: str, gazetteer: Gazetteer, make_post: Callable[..., Post]
) -> None:
    """Two facts in like words stay apart in either order."""
    assert _groups([one, other], gazetteer, make_post) == 2
    assert _groups([other, one], gazetteer, make_post) == 2


def test_a_remark_keeps_nobody_out(gazetteer: Gazetteer, make_post: Callable[..., Post]) -> None:
    """Two remarks with figures of their own join the fact that both pass on."""
    texts = [BRIDGE, BRIDGE + ". Moi j'ai 12 ans", BRIDGE + ". Mes parents ont 80 ans", BRIDGE]
    assert _groups(texts, gazetteer, make_post) == 1


def test_two_relays_with_their_hours_join_the_bare_text(
    gazetteer: Gazetteer, make_post: Callable[..., Post]
) -> None:
    """Hours in labels tell when somebody spoke: relays of one text join it."""
    texts = [BRIDGE, f"INFO 14h30 | {BRIDGE}", f"[14h45] {BRIDGE}"]
    assert _groups(texts, gazetteer, make_post) == 1
