"""The postal address that a text names, and whether an answer means the same street."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vigie.signals.addresses import address_in, house_number, is_same_street

ADDRESSES = [
    ("12 rue Monge", "12 rue Monge"),
    ("SOS au 12, rue Monge à Dijon, l'eau monte", "12 rue Monge"),
    ("On est au 3 bis chemin du Moulin, premier étage", "3 bis chemin du Moulin"),
    ("Cave inondée rue du Port à Auxonne, 80 cm d'eau", "rue du Port"),
    ("aidez 12 rue monge ma grand-mère est bloquée", "12 rue monge"),
    ("12 rue monge inondée aidez nous", "12 rue monge"),
    ("12 RUE MONGE DIJON AIDEZ NOUS", "12 RUE MONGE"),
    ("12 AVENUE VICTOR HUGO URGENT", "12 AVENUE VICTOR HUGO"),
    ("12 rue Monge 21000 Dijon", "12 rue Monge"),
    ("12 rue Monge Dijon", "12 rue Monge"),
    ("12 rue monge, dijon", "12 rue monge"),
    ("arbre tombé avenue du Maréchal-Foch", "avenue du Maréchal-Foch"),
    ("arbre tombé avenue du maréchal Foch ce matin", "avenue du maréchal Foch"),
    ("5 allée des Tilleuls svp", "5 allée des Tilleuls"),
    ("5 allée des tilleuls svp", "5 allée des tilleuls"),
    ("12 av. Jean-Jaurès", "12 av. Jean-Jaurès"),
    ("4 bd de la Trémouille sous l'eau", "4 bd de la Trémouille"),
    ("7B rue de l'Hôtel-de-Ville", "7 B rue de l'Hôtel-de-Ville"),
    ("12 Grande Rue", "12 Grande Rue"),
    ("plus d'électricité Grande Rue depuis midi", "Grande Rue"),
    ("rue du 8 mai 1945 sous l'eau", "rue du 8 mai 1945"),
    ("12 rue du 11 novembre", "12 rue du 11 novembre"),
    ("12 rue du général de gaulle", "12 rue du général de gaulle"),
    ("9 rue jean jaurès bloqués", "9 rue jean jaurès"),
    ("8 rue saint-michel", "8 rue saint-michel"),
    ("4 lieu-dit Les Forges", "4 lieu-dit Les Forges"),
    ("2 hameau des Bordes", "2 hameau des Bordes"),
    ("bâtiment C, 6 résidence des Lilas", "6 résidence des Lilas"),
    ("RD 974 route de Beaune coupée", "route de Beaune"),
    ("à 18h30 rue Monge", "rue Monge"),
    ("en 2018 rue Monge", "rue Monge"),
    ("le 12/03 rue Monge", "rue Monge"),
    ("1,20 m, rue Monge", "rue Monge"),
    ("10 rue de la gare inondée", "10 rue de la gare"),
    ("voitures noyées rue de la gare", "rue de la gare"),
    ("rue principale sous l'eau", "rue principale"),
    ("12-14 rue Berbisey", "14 rue Berbisey"),
    ("12 rue Monge !! je répète 12 Rue Monge", "12 rue Monge"),
    ("au 12 rue Monge, toute la rue Monge est noyée", "12 rue Monge"),
    ("Place Darcy évacuée", "Place Darcy"),
    ("3 rue Notre-Dame des Champs\nvenez", "3 rue Notre-Dame des Champs"),
    ("impasse Claude-Bernard: on nage", "impasse Claude-Bernard"),
    ("quai Nicolas Rolin fermé", "quai Nicolas Rolin"),
    ("12 rue de Dijon", "12 rue de Dijon"),
]
NONE = [
    "",
    "rue inondée",
    "la rue est coupée",
    "toutes les rues du village",
    "il y a 2 rues inondées",
    "la rue de mon enfance",
    "la rue de mes parents est noyée",
    "la route départementale 974 est coupée",
    "route barrée",
    "le cours d'eau déborde",
    "au cours de la nuit",
    "je prends la place du mort",
    "sur place depuis 10 h",
    "chemin de fer coupé",
    "3 chemins possibles",
    "un passage à niveau fermé",
    "12 passages à gué",
    "en voie de garage",
    "cité administrative évacuée",
    "lieu-dit Les Forges",
    "au hameau des Bordes",
    "résidence des Lilas",
    "quartier Saint-Michel",
    "à côté de la Mairie",
    "il a eu lieu dit-on hier",
    "Rue de la Liberté et Place Darcy",
    "entre la rue Monge et la rue Berbisey",
    "12 rue Monge ou 14 rue Monge",
    "Siège social : 1 place de la Mairie",
    "Contact : Mairie, 1 place de la Mairie",
    "Renseignements au 3 rue Monge",
    "#RueMonge",
    "@rue Monge",
    "https://x.example/12-rue-Monge",
    "Rue89 raconte",
    "12 rue",
    "12 rue !",
    "0 rue sans rien",
    "impasse politique",
    "allée et venue",
    "une avenue s'ouvre",
    "21000 Dijon",
    "06 12 34 56 78",
]


@pytest.mark.parametrize(("text", "expected"), ADDRESSES, ids=[one for one, _ in ADDRESSES])
def test_an_address_is_read_by_its_own_words(text: str, expected: str) -> None:
    """Number, kind of street and name; nothing of what stands around them."""
    assert address_in(text, "Dijon") == expected


@pytest.mark.parametrize("text", NONE)
def test_no_address_is_invented(text: str) -> None:
    """Streets without a name, two addresses, a sender's address: nothing."""
    assert address_in(text, "Dijon") is None


def test_the_tables_are_large_enough() -> None:
    """At least forty texts with and forty without an address."""
    assert len(ADDRESSES) >= 40
    assert len(NONE) >= 40


SAME = [
    ("12 rue Monge", "12 Rue Monge"),
    ("12 bis rue Monge", "12bis Rue Monge"),
    ("rue jaurès", "Rue Jean Jaurès"),
    ("12 av. st michel", "12 Avenue Saint-Michel"),
    ("12 bd du gal leclerc", "Boulevard du Général Leclerc"),
    ("rue du docteur maret", "Rue Maret"),
    ("4 lieu-dit Les Forges", "Les Forges"),
    ("Grande Rue", "Grande Rue"),
    ("rue du 8 mai 1945", "Rue du 8 Mai 1945"),
]
OTHER = [
    ("rue du pont", "Rue du Pont Neuf"),
    ("place Monge", "Rue Monge"),
    ("rue Monge", "Rue Mongeard"),
    ("rue des frères Lumière", "Rue de la Lumière Verte"),
    ("rue du vieux pont", "Rue du Port"),
    ("12 rue Monge", ""),
    ("Grande Rue", "Rue Haute"),
]


@pytest.mark.parametrize(("asked", "answered"), SAME)
def test_the_same_street_is_recognised(asked: str, answered: str) -> None:
    """Case, accents, abbreviations, titles and first names make no other street."""
    assert is_same_street(asked, answered)


@pytest.mark.parametrize(("asked", "answered"), OTHER)
def test_another_street_is_refused(asked: str, answered: str) -> None:
    """Another kind, another last word, a word that is missing: another street."""
    assert not is_same_street(asked, answered)


@pytest.mark.parametrize(
    ("address", "number"),
    [("12 rue Monge", "12"), ("12bis", "12"), ("7 B rue X", "7"), ("rue Monge", ""), ("", "")],
)
def test_house_numbers_are_compared_by_their_figures(address: str, number: str) -> None:
    """The figures alone."""
    assert house_number(address) == number


@settings(max_examples=300)
@given(st.text(max_size=60), st.sampled_from(["rue ", "12 rue ", "12 Rue de ", "av. "]), st.text())
def test_whatever_is_written_only_its_own_words_come_out(
    before: str, kind: str, after: str
) -> None:
    """Any text gives nothing or words that stand in it, and never raises."""
    text = f"{before} {kind}{after}"
    found = address_in(text)
    if found is not None:
        assert set(found.split()) <= set(" ".join(text.split()).replace(",", " ").split()) or any(
            word in text for word in found.split()
        )
        assert len(found) < 400
