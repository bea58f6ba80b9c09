"""Which of several things said wins: outright facts over water, lives over everything."""

from __future__ import annotations

import pytest

from vigie.signals.lexicons import Lexicons, lexicon_names, load_lexicons
from vigie.signals.triage import triage


@pytest.fixture(scope="module")
def lexicons() -> Lexicons:
    """Give all lexicons of the project."""
    return load_lexicons(lexicon_names())


@pytest.mark.parametrize(
    ("text", "category", "urgency"),
    [
        ("La D137 est coupée, inondation sur 300 m", "road_closed", "normal"),
        ("RD 24 fermée ce soir à cause de la crue", "road_closed", "normal"),
        ("Le pont de Saint-Savinien est fermé, la crue monte", "road_closed", "normal"),
        ("La D137 est rouverte après l'inondation", "road_closed", "information"),
        ("Inondation du poste, plus d'électricité dans le bourg", "network_damage", "normal"),
        ("Crue : on cherche un bateau pour nourrir les bêtes", "request", "normal"),
        ("Inondation : collecte de jouets à la mairie", "collection", "information"),
        ("Je propose un garage au sec pendant la crue", "offer", "information"),
        ("Glissement de terrain après la crue", "landslide", "normal"),
        ("Le musée est inondé", "water", "normal"),
        ("Le cinéma est évacué", "need_shelter", "high"),
        ("Ma fille n'est pas rentrée du collège", "person_missing", "life_at_risk"),
        ("On est sans nouvelles de mon oncle parti hier", "person_missing", "life_at_risk"),
        ("Papa est sous oxygène et sa machine va s'arrêter", "need_care", "life_at_risk"),
        ("Tournée de dialysés à organiser pour demain", "need_care", "high"),
        ("Je suis bloqué au travail ce soir", "transport", "normal"),
        ("Le hameau est isolé depuis midi, on a des vivres", "person_missing", "high"),
        ("De faux gendarmes font le tour du quartier", "rumour", "normal"),
    ],
)
def test_outright_fact_wins(text: str, category: str, urgency: str, lexicons: Lexicons) -> None:
    """What a post reports outranks the water in which it happens."""
    found = triage(text, lexicons)
    assert (found.category, found.urgency) == (category, urgency)


@pytest.mark.parametrize(
    "text",
    [
        "Table de ferme à vendre, à débattre, MP si intéressé",
        "Offre spéciale ce week-end, réservez votre table",
        "Horoscope : les Poissons ont de la chance",
        "Finale de handball samedi, les supporters sont prêts",
        "Vente flash sur les canapés, cliquez ici",
    ],
)
def test_adverts_and_pastimes_are_noise(text: str, lexicons: Lexicons) -> None:
    """Adverts, sport and horoscopes are noise by words of their own."""
    assert triage(text, lexicons).category == "noise"


def test_noise_words_never_hide_a_life(lexicons: Lexicons) -> None:
    """Many hints of leisure around a call for help do not add up against it."""
    text = (
        "Film, podcast, quiz au restaurant, humour… mais là on est coincés sur le toit, aidez-nous"
    )
    assert triage(text, lexicons).is_life_at_risk
