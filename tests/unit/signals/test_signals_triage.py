"""Triage: category and urgency by French words, denial, noise, and lives above all."""

from __future__ import annotations

from pathlib import Path

import pytest

from vigie.problem import SettingsError
from vigie.records.observation import CATEGORIES, URGENCIES
from vigie.signals.lexicons import Lexicons, lexicon_names, load_lexicons
from vigie.signals.triage import triage

LIFE = [
    "On est bloqués sur le toit rue des Saules, l'eau monte, aidez-nous !!",
    "ma mère est coincée dans sa voiture à Genlis",
    "chui coincé ché moi leau monte",
    "plus de 20 personnes bloquées dans le gymnase",
    "plus de nouvelles de mon fils depuis hier soir",
    "URGENT ma voisine est sous respirateur et le respirateur est en panne",
    "on peut plus sortir, y a de l'eau jusqu'à la taille",
    "On dirait une scène de film, des gens bloqués sur les toits à Auxonne",
]

NOISE = [
    "Avalanche de buts hier soir au Gaston-Gérard",
    "Scène de film hier",
    "Tournage d'un film catastrophe à Beaune",
    "Noyé sous le travail ce lundi",
    "Je suis morte de rire mdr",
    "inonde ma TL de photos",
    "EXERCICE EXERCICE inondation, ceci est un exercice",
]

FACTS = [
    ("Route coupée D974, déviation par Gevrey", "road_closed", "normal"),
    ("Je propose un hébergement pour 4 personnes", "offer", "information"),
    ("Besoin d'eau potable à Lux", "need_water", "high"),
    ("L'Ouche déborde à Plombières", "water", "high"),
    ("Coupure de courant à Talant", "network_damage", "normal"),
    ("Il paraît que le barrage a cédé", "rumour", "high"),
    ("FAUX : le barrage n'a pas cédé, la préfecture dément", "denial", "normal"),
    ("Aucun blessé dans l'incendie", "fire", "high"),
    ("Arbre couché en travers de la route", "wind", "high"),
    ("Pluie de grêlons à Beaune", "wind", "high"),
]


@pytest.fixture(scope="module")
def lexicons() -> Lexicons:
    """Give all lexicons of the project."""
    return load_lexicons(lexicon_names())


@pytest.mark.parametrize("text", LIFE)
def test_life_at_risk_is_shown(text: str, lexicons: Lexicons) -> None:
    """A text that says a life is at risk is never noise, and says by which words."""
    found = triage(text, lexicons)
    assert found.is_life_at_risk
    assert found.urgency == "life_at_risk"
    assert not found.is_noise
    assert found.words


@pytest.mark.parametrize("text", NOISE)
def test_noise_is_named(text: str, lexicons: Lexicons) -> None:
    """Sport, films, figures of speech and exercises are noise."""
    found = triage(text, lexicons)
    assert found.is_noise
    assert found.category == "noise"


@pytest.mark.parametrize(("text", "category", "urgency"), FACTS)
def test_fact_has_category_and_urgency(
    text: str, category: str, urgency: str, lexicons: Lexicons
) -> None:
    """Facts get the category and urgency that their words say."""
    found = triage(text, lexicons)
    assert (found.category, found.urgency) == (category, urgency)


@pytest.mark.parametrize(
    "text",
    [
        "plus de danger à Dijon",
        "personne n’est blessé",
        "La personne n'est plus bloquée, elle va bien",
        "",
    ],
)
def test_denied_danger_is_none(text: str, lexicons: Lexicons) -> None:
    """What is denied, and what no word speaks of, has no category and no urgency."""
    found = triage(text, lexicons)
    assert found.category is None
    assert found.urgency == "information"


@pytest.mark.parametrize(
    "text",
    [
        "Belle journée",
        "Il est 12 h 30, bon appétit à vous",
        "Cours de poterie gratuit samedi, ambiance garantie",
        "Un avis perso : le troisième album est le meilleur",
    ],
)
def test_small_talk_is_noise(text: str, lexicons: Lexicons) -> None:
    """Who tells nothing but the hour, or nothing beside a joke, chats; his place is kept."""
    found = triage(text, lexicons)
    assert (found.category, found.urgency) == ("noise", "information")


@pytest.mark.parametrize(
    "text",
    [
        "le toit du voisin est parti vers 6 h",
        "le pont penche",
        "toujours pas de nouvelles de Paul",
        "quelqu'un a une pompe ?",
    ],
)
def test_what_hints_at_anything_is_no_small_talk(text: str, lexicons: Lexicons) -> None:
    """A single weak word of a peril, a need or a place keeps a text out of the noise."""
    assert triage(text, lexicons).category != "noise"


def test_a_watched_hashtag_says_nothing(lexicons: Lexicons) -> None:
    """It is why the post was found; another hashtag is a word like any other."""
    text = "Lecture du matin, un plaid et du thé #inondation"
    ignored = frozenset({"inondation"})
    assert triage(text, lexicons).category == "water"
    assert triage(text, lexicons, ignored_tags=ignored).category == "noise"
    assert triage("#inondation la route est coupée", lexicons, ignored_tags=ignored).category == (
        "road_closed"
    )


def test_a_cry_for_help_is_heard_with_its_hashtag(lexicons: Lexicons) -> None:
    """Who has no words left but the event's hashtag is not left alone."""
    ignored = frozenset({"inondationsbearn"})
    found = triage("AIDER NOUS SVP PITIER #InondationsBearn", lexicons, ignored_tags=ignored)
    assert found.is_life_at_risk


def test_a_laugh_behind_a_watched_hashtag_is_heard(lexicons: Lexicons) -> None:
    """Taking the tag out leaves what stands between and behind tags."""
    text = "je suis noyé sous les crêpes #Crue21 😂"
    ignored = frozenset({"crue21"})
    assert triage(text, lexicons, ignored_tags=ignored).category == "noise"


def test_films_and_memories_are_told_apart_in_an_exercise_too(lexicons: Lexicons) -> None:
    """Only the word exercise means nothing there; a film of a flood stays a film."""
    text = "Ce soir à la télé, un film : une mère et son bébé sont pris au piège des eaux"
    assert triage(text, lexicons, is_exercise=True).is_life_at_risk is False
    drill = "EXERCICE une mère et son bébé sont pris au piège des eaux sur le toit"
    assert triage(drill, lexicons, is_exercise=True).is_life_at_risk is True


def test_an_attached_film_is_no_fiction(lexicons: Lexicons) -> None:
    """What an attachment is called says nothing of the text beside it."""
    text = "La passerelle a été emportée ce matin. [Image : Film : le tablier part au fil de l'eau]"
    assert triage(text, lexicons, is_exercise=True).category != "noise"


def test_exercise_words_mean_nothing_in_an_exercise(lexicons: Lexicons) -> None:
    """In an exercise every text says EXERCICE; there it is no reason to drop it."""
    text = "EXERCICE EXERCICE : inondation rue Monge"
    assert triage(text, lexicons).is_noise
    assert triage(text, lexicons, is_exercise=True).category == "water"


def test_hostile_text_is_triaged(lexicons: Lexicons) -> None:
    """Huge words and control characters are nothing; a cry said 20 000 times is still a cry."""
    for text in ("x" * 100_000, "\x00\ud800\u202e"):
        assert triage(text, lexicons).urgency == "information"
    assert triage("au secours " * 20_000, lexicons).is_life_at_risk


def test_every_lexicon_is_sound() -> None:
    """The seven lexicons load, with codes of the records only."""
    wanted = {"flood", "storm", "fire", "transport", "needs", "solidarity", "rumour"}
    assert set(lexicon_names()) == wanted
    for term in load_lexicons(wanted).terms:
        assert term.category in CATEGORIES
        assert term.urgency in URGENCIES
        assert term.pattern[0] != "*"


def test_wrong_lexicon_is_told(tmp_path: Path) -> None:
    """A missing lexicon, one outside the folder and one of another form are faults, in words."""
    good = "schema_version: 1\nabout: x\nterms: []\n"
    (tmp_path / "_common.yml").write_text(good, "utf-8")
    (tmp_path / "odd.yml").write_text(good + "more: 1\n", "utf-8")
    (tmp_path / "code.yml").write_text(
        good.replace("[]", "[{category: x, urgency: high, weight: 1, forms: [ab]}]"), "utf-8"
    )
    for name in ("none", "../odd", "odd", "code"):
        with pytest.raises(SettingsError):
            load_lexicons([name], tmp_path)
