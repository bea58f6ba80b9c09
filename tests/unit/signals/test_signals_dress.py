"""What stands around a fact: watched hashtags, attributions, calls to share, headlines."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from vigie.records.post import Post
from vigie.records.sweep import Leader
from vigie.signals.gathering import gather
from vigie.signals.hashtags import split_tags, tag_keys, without_watched_tags
from vigie.signals.lexicons import lexicon_names, load_lexicons
from vigie.signals.places import Gazetteer
from vigie.signals.triage import triage

WATCHED = ("Crue17", "Charente", "inondation", "Saintes", "Cognac")
SAID = "L'eau est entrée dans le bas de la rue Gautier à Saintes, deux garages touchés, on surélève"

SAME = [
    SAID + " #Crue17",
    SAID + " #Charente #inondation",
    SAID + " 😱 #Crue17 https://a.example/1",
    SAID + " (vu sur Facebook)",
    SAID + " (message de @voisine) #Crue17",
    SAID + " via @voisine@social.example #Charente",
    "RT @voisine: " + SAID + " #inondation",
    "⚠️ FAITES TOURNER SVP ⚠️ " + SAID + " #Crue17",
    SAID[:80] + "… https://social.example/@voisine/1 #Crue17",
    SAID[:80] + "… #Crue17 oh là là courage",
    "« " + SAID + " » via @voisine 😢 #Charente",
    SAID.upper().replace("É", "E").replace("È", "E").replace("À", "A"),
]

APART = [
    SAID.replace("Saintes", "Cognac") + " #Crue17",
    SAID.replace("deux", "trois") + " #Crue17",
    SAID + " #A10 #Crue17",
    SAID + " #intox #Crue17",
    SAID + " (vu à Cognac)",
    SAID[:80] + "… #Crue17 et 40 cm quai Verdun",
    SAID[:80] + "… #Crue17 plus rien ce matin",
]


@pytest.mark.parametrize("copy", SAME)
def test_dress_is_no_fact(copy: str, gazetteer: Gazetteer, make_post: Callable[..., Post]) -> None:
    """A copy in other hashtags, attributions and calls to share joins, in either order."""
    for first, second in ((SAID + " #Crue17 #Charente", copy), (SAID, copy)):
        made = gather(
            [make_post(1, first), make_post(2, second)],
            [],
            distinguishing=gazetteer.names_in,
            ignored_tags=WATCHED,
        )
        assert len(made.groups) == 1


@pytest.mark.parametrize("other", APART)
def test_facts_in_the_dress_keep_apart(
    other: str, gazetteer: Gazetteer, make_post: Callable[..., Post]
) -> None:
    """A place, a figure, a road or a denial in what is added keeps two posts apart."""
    for first, second in ((SAID, other), (other, SAID)):
        posts = [make_post(1, first), make_post(2, second)]
        made = gather(
            posts,
            [],
            distinguishing=gazetteer.names_in,
            ignored_tags=["#" + tag for tag in WATCHED],
        )
        assert len(made.groups) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("La cave est pleine d'eau, qui a une pompe #Saintes", "#Cognac"),
        ("La cave est pleine d'eau à #Saintes, qui a une pompe", "à #Cognac"),
    ],
)
def test_two_watched_places_keep_apart(
    one: str, other: str, gazetteer: Gazetteer, make_post: Callable[..., Post]
) -> None:
    """Watched or not, two different places are two facts."""
    second = one.replace("à #Saintes", other).replace("#Saintes", other)
    posts = [make_post(1, one), make_post(2, second)]
    made = gather(posts, [], distinguishing=gazetteer.names_in, ignored_tags=WATCHED)
    assert len(made.groups) == 2


def test_place_may_stand_in_front(gazetteer: Gazetteer, make_post: Callable[..., Post]) -> None:
    """A commune moved to the front is the same fact; two ends of a way exchanged are not."""
    said = "Plus de pain ni de lait au magasin de Jonzac depuis ce matin, livraison impossible"
    front = "Jonzac : plus de pain ni de lait au magasin depuis ce matin, livraison impossible"
    made = gather([make_post(1, said), make_post(2, front)], [], distinguishing=gazetteer.names_in)
    assert len(made.groups) == 1
    way = "{} vers {} : circulation des cars arrêtée par la gendarmerie cette après-midi"
    ends = [make_post(1, way.format("Saintes", "Cognac"))]
    ends.append(make_post(2, way.format("Cognac", "Saintes")))
    assert len(gather(ends, [], distinguishing=gazetteer.names_in).groups) == 2


def test_shared_headline_joins_its_article(
    gazetteer: Gazetteer, make_post: Callable[..., Post]
) -> None:
    """A headline with the article's link is the article, in one sweep or two; a comment is not."""
    address = "https://journal.example/actu/jonzac-marche"
    title = "Le marché couvert de Jonzac ferme ses portes jusqu'à samedi"
    article = make_post(
        1, f"{title}\n\nLa mairie attend l'expert.", kind="article", url=address, source_key="rss:j"
    )
    shared = make_post(2, f"{title} {address}?utm_source=x #Crue17")
    comment = make_post(3, f"Et dire qu'on l'avait refait l'an dernier… {address}")
    other = make_post(4, f"{title.replace('samedi', 'lundi')} {address}")
    made = gather(
        [article, shared, comment, other],
        [],
        distinguishing=gazetteer.names_in,
        ignored_tags=WATCHED,
    )
    assert [len(group) for group in made.groups] == [2, 1, 1]
    leader = Leader(
        ref="CM17-0001",
        post_key=(article.source_key, article.native_id),
        grouping_text=article.text,
        happened_at=article.happened_at,
        article_address=address,
    )
    later = gather([shared], [leader], distinguishing=gazetteer.names_in, ignored_tags=WATCHED)
    assert set(later.known.values()) == {"CM17-0001"}


def test_blocks_of_tags_are_set_apart() -> None:
    """Blocks at both ends file a post; a tag that belongs to the sentence stays in it."""
    assert split_tags("#A10 coupée à #Saintes")[0] == "#A10 coupée à #Saintes"
    assert split_tags("Route coupée 😱 #Crue17 #Charente !")[1] == ("Crue17", "Charente")
    assert split_tags("#Crue17 #Charente Route coupée")[1] == ("Crue17", "Charente")
    watched = tag_keys(WATCHED)
    assert "Crue17" not in without_watched_tags("Route coupée. #Crue17 Évitez", watched)
    assert "inondation" in without_watched_tags("Grosse #inondation à Saintes", watched)


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Belle lumière ce soir sur le fleuve #inondation", None),
        ("Grosse #inondation rue du Port", "water"),
        ("Vélo enfant à vendre, bon prix #inondation #Crue17", "noise"),
    ],
)
def test_watched_tags_decide_nothing(text: str, category: str | None) -> None:
    """A watched hashtag that files a post gives neither category nor urgency."""
    found = triage(text, load_lexicons(lexicon_names()), ignored_tags=tag_keys(WATCHED))
    assert found.category == category
    assert found.urgency != "high"
