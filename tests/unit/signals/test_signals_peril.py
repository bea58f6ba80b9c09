"""A person in peril is seen without catchwords; jokes, games, the past and the saved are not."""

from __future__ import annotations

import pytest

from vigie.signals.lexicons import Lexicons, lexicon_names, load_lexicons
from vigie.signals.peril import bearing_of
from vigie.signals.signs import Signs
from vigie.signals.triage import triage

IN_PERIL = [
    "le plafond est tombé sur maman, elle respire mais elle parle pas, dépêchez-vous",
    "mes parents sont cernés, que quelqu'un passe par pitié",
    "jpe pa sortir, l'eau arrive au lit, quelqu'un m'entend",
    "la petite de 7 ans est toute seule de l'autre côté de l'eau, elle pleure",
    "Femme enceinte, contractions toutes les 4 min, route fermée",
    "mon collègue est redescendu et ça répond plus, il est bloqué dessous",
]
NOT_IN_PERIL = [
    "ensevelie sous le linge sale",
    "film ce soir : la petite fille coincée sous les décombres hurle",
    "il y a 20 ans, des enfants bloqués sur le toit appelaient au secours",
    "mamie va bien, elle était bloquée à l'étage mais elle est à l'abri",
    "coincée dans les bouchons avec les enfants mdr 😂",
    "route bloquée par un arbre",
    "EXERCICE : deux personnes inconscientes au sol, besoin de secours",
    "",
]


@pytest.fixture(scope="module")
def lexicons() -> Lexicons:
    """Give all lexicons of the project."""
    return load_lexicons(lexicon_names())


@pytest.mark.parametrize("text", IN_PERIL)
def test_a_person_in_peril_is_shown(text: str, lexicons: Lexicons) -> None:
    """Who is in peril is life at risk, with the words that say so, first in the queue."""
    assert bearing_of(text, lexicons.signs).is_life
    judged = triage(text, lexicons)
    assert judged.urgency == "life_at_risk"
    assert judged.words
    assert judged.priority > triage("route coupée à Genlis", lexicons).priority


@pytest.mark.parametrize("text", NOT_IN_PERIL)
def test_what_is_played_or_over_is_no_peril(text: str, lexicons: Lexicons) -> None:
    """Fiction, jokes, the past, exercises and people who are safe are no lives at risk."""
    assert not bearing_of(text, lexicons.signs).is_life


def test_any_length_is_read_quickly_and_calmly(lexicons: Lexicons) -> None:
    """A text of 100 kB costs what its beginning costs, and never raises."""
    assert bearing_of("🆘" * 50_000, lexicons.signs).words == ()
    assert not bearing_of("a " * 50_000, lexicons.signs).is_life


REQUESTS = [
    "On cherche des couvertures et du lait en poudre pour 30 personnes au gymnase de Genlis",
    "qqun aurait une pompe à prêter ce soir rue Monge ? la mienne a lâché",
    "avez-vous vu mon chien, parti hier vers le pont de Seurre ?",
]


@pytest.mark.parametrize("text", REQUESTS)
def test_who_asks_for_something_comes_before_who_chats(text: str, lexicons: Lexicons) -> None:
    """A request in anybody's words stands before weather talk, ads and jokes in the queue."""
    chats = [
        "quel temps affreux ce matin",
        "Pompe vide-cave -30 % jusqu'à dimanche",
        "mdr la pluie",
    ]
    asked = triage(text, lexicons)
    assert all(asked.priority > triage(chat, lexicons).priority for chat in chats)


def test_a_form_that_begins_with_a_gap_is_refused() -> None:
    """A sign must say by which word it begins."""
    with pytest.raises(ValueError, match="secours"):
        Signs({"call": ["* secours"]})


WEAK = [
    ("place", "grenier à vider", "grenier"),
    ("force", "une rafale de neige", "neige"),
    ("body", "elle a les joues rouges", "joues rouges"),
    ("absence", "téléphone sur messagerie", "messagerie"),
    ("lack", "il reste une ampoule", "ampoule"),
    ("trap", "la piste est bouchée", "bouchee"),
    ("calm", "périmètre de 200 m", "perimetre"),
    ("witness", "on voit de la lumière", "voit"),
    ("third", "son manteau", "son"),
    ("one", "un monsieur passe", "un monsieur"),
]


@pytest.mark.parametrize(("kind", "text", "word"), WEAK)
def test_a_weak_sign_is_found_and_never_rings_alone(
    kind: str, text: str, word: str, lexicons: Lexicons
) -> None:
    """Each weak kind is found by its words; alone it is no alarm."""
    assert word in " ".join(lexicons.signs.found(text)[kind])
    assert not bearing_of(text, lexicons.signs).is_life


TOGETHER = [
    "on voit un monsieur accroupi sur son congélateur, ça clapote au ras",
    "son seau est sur la jetée, lui non, une lame a tout balayé",
    "ma voisine dort dans son sous-sol, personne ne lui a dit pour l'eau",
    "mon frère n'a plus d'insuline, sa dernière ampoule est tiède, il tremble",
]


@pytest.mark.parametrize("text", TOGETHER)
def test_weak_signs_of_several_kinds_ring_together(text: str, lexicons: Lexicons) -> None:
    """A person, a place, a body or an absence ring without any catchword of a hazard."""
    assert bearing_of(text, lexicons.signs).is_life


def test_order_animals_and_precaution_weigh_against(lexicons: Lexicons) -> None:
    """Precaution, what is organised and what befell animals or things take points away."""
    bare = bearing_of("un agent est tombé dans la cuve", lexicons.signs)
    calm = bearing_of(
        "un agent est tombé dans la cuve, périmètre bouclé par précaution", lexicons.signs
    )
    assert calm.life_points < bare.life_points


def test_where_nobody_is_spoken_of_points_are_lost(lexicons: Lexicons) -> None:
    """A fallen tree without any person weighs less than the same with one."""
    signs = lexicons.signs
    alone = bearing_of("platane effondré", signs)
    assert alone.life_points < bearing_of("platane effondré, facteur", signs).life_points


def test_who_is_found_rings_no_more(lexicons: Lexicons) -> None:
    """An empty car in the river whose driver has got out is news, no life at risk."""
    text = "Voiture dans le canal ! Elle est vide, personne dedans, le conducteur est sorti"
    assert not triage(text, lexicons).is_life_at_risk


def test_who_asks_is_no_idle_talk(lexicons: Lexicons) -> None:
    """Words of trade or leisure do not make noise of who asks for a needed thing."""
    text = "Qui peut nous prêter une remorque et des bâches ? bravo à tous, merci les élus"
    assert triage(text, lexicons).category != "noise"


def test_a_request_stands_before_a_mere_fact(lexicons: Lexicons) -> None:
    """Who waits for an answer is read before a closed road, and after a life at risk."""
    asked = triage("Quelqu'un aurait-il un groupe électrogène à prêter ?", lexicons)
    fact = triage("Route coupée D974, déviation par Gevrey", lexicons)
    life = triage("au secours, ma mère est coincée dans sa voiture, elle ne répond plus", lexicons)
    assert life.priority > asked.priority > fact.priority
