"""Gathering: copies become one, look-alikes never, whatever the order of arrival."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.signals.conftest import _make
from vigie.records.post import Post
from vigie.records.sweep import Leader
from vigie.signals.gathering import Gathering, gather, repost_keys
from vigie.signals.places import Gazetteer, locate
from vigie.signals.summary import summarise

SAID = "Route coupée à Genlis, la D905 est sous l'eau depuis 14h30, 2 voitures bloquées"

HANG_SECONDS = 30.0
"""Linear work takes milliseconds; quadratic work would take minutes."""
COPIES = [
    SAID,
    SAID.upper(),
    "Route coupee a Genlis, la D905 est sous l'eau depuis 14h30, 2 voitures bloquees",
    "RT @sdis21: " + SAID,
    "À lire et partager autour de vous RT @sdis21@social.example : " + SAID,
    "Mon voisin dit « " + SAID + " », prudence",
    SAID + " https://a.example/x?utm_source=mastodon&utm_medium=social",
    SAID + " https://b.example/y",
    "Route coupée à Genlis, la D905 est sous l'eau depuis 14h30, 2 voit…",
    "Route coupée à #Genlis, la #D905 est sous l'eau depuis 14:30, 2 voitures bloquées !!! 😱",
    "Route coupée à Genlis, la RD 905 est sous l'eau depuis 14 h 30, deux voitures bloquées",
    "Route coupée à Genlis, la D905 est sous l'eau depuis 14h30, 2 voitures bloquée #inondation",
    SAID + " (via @presse)",
]

OTHERS = [
    SAID.replace("Genlis", "Auxonne"),
    SAID.replace("D905", "D906"),
    SAID.replace("D905", "A39"),
    SAID.replace("14h30", "15h30"),
    SAID.replace("2 voitures", "3 voitures"),
    SAID.replace("coupée", "rouverte"),
    SAID.replace("est sous l'eau", "n'est plus sous l'eau"),
    SAID + " et à Auxonne",
    "FAUX : « " + SAID + " »",
    "« " + SAID + " » et « fuyez Auxonne tout de suite, le pont cède »",
    "Rue Monge à Genlis, la D905 est sous l'eau depuis 14h30, 2 voitures bloquées",
]


def _partition(posts: Sequence[Post], made: Gathering) -> set[frozenset[str]]:
    homes: dict[str | int, set[str]] = {}
    for post in posts:
        homes.setdefault(made.place_of((post.source_key, post.native_id)), set()).add(
            post.native_id
        )
    return {frozenset(group) for group in homes.values()}


@pytest.mark.parametrize("copy", COPIES)
def test_copy_joins(copy: str, gazetteer: Gazetteer, make_post: Callable[..., Post]) -> None:
    """A repetition in other clothes joins the observation of what it repeats."""
    made = gather([make_post(1, SAID), make_post(2, copy)], [], distinguishing=gazetteer.names_in)
    assert len(made.groups) == 1
    assert made.groups[0][0][1].endswith("/1")


@pytest.mark.parametrize("other", OTHERS)
def test_look_alike_stays_apart(
    other: str, gazetteer: Gazetteer, make_post: Callable[..., Post]
) -> None:
    """The same sentence with another place, road, hour, figure or sense is another fact."""
    for first, second in ((SAID, other), (other, SAID)):
        posts = [make_post(1, first), make_post(2, second)]
        assert len(gather(posts, [], distinguishing=gazetteer.names_in).groups) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "L'Ouche monte, 1,20 m au pont Eiffel ce jour",
            "L'Ouche monte, 1,70 m au pont Eiffel ce jour",
        ),
        ("Arbre tombé sur la D974 PR 12 à dégager", "Arbre tombé sur la D974 PR 14 à dégager"),
        (
            "Inondation quartier des Grésilles caves pleines",
            "Inondation quartier des Bourroches caves pleines",
        ),
        ("Bloqués au 12 rue Monge eau qui monte", "Bloqués au 14 rue Monge eau qui monte"),
        ("Homme disparu depuis hier dans la Saône", "Femme disparue depuis hier dans la Saône"),
        ("Au secours", "Au secours"),
    ],
)
def test_short_pairs_stay_apart(one: str, other: str, make_post: Callable[..., Post]) -> None:
    """Heights, kilometre points, quarters, house numbers and persons tell facts apart."""
    assert len(gather([make_post(1, one), make_post(2, other)], []).groups) == 2


@pytest.mark.parametrize("height", ["4,20 m", "4.20m", "4m20", "4,2 mètres"])
def test_one_height_in_many_spellings(height: str, make_post: Callable[..., Post]) -> None:
    """A height is one fact however it is written."""
    posts = [make_post(1, "La Saône atteint 4,20 m à la station aval du barrage")]
    posts.append(make_post(2, f"La Saône atteint {height} à la station aval du barrage"))
    assert len(gather(posts, []).groups) == 1


def test_cut_text_of_two_facts_joins_neither(make_post: Callable[..., Post]) -> None:
    """A truncation that fits two different facts stays apart from both."""
    begin = "La préfecture annonce la fermeture immédiate de la route"
    posts = [
        make_post(1, f"{begin} D974"),
        make_post(2, f"{begin} D905"),
        make_post(3, begin + "…"),
    ]
    assert len(gather(posts, []).groups) == 3


def test_reposts_join_by_identity(make_post: Callable[..., Post]) -> None:
    """What a source calls a repost joins, also across sources, also without its original."""
    original = make_post(1, "Au secours")
    boost = make_post(2, "", repost_of=original.native_id)
    elsewhere = make_post(
        3, "", repost_of=original.native_id, source_key="mastodon:https://b.example"
    )
    same = make_post(1, "Au secours", source_key="mastodon:https://b.example")
    lost = [
        make_post(4, "", repost_of="https://c.example/9"),
        make_post(5, "", repost_of="https://c.example/9"),
    ]
    made = gather([original, boost, elsewhere, same, *lost], [])
    assert [len(group) for group in made.groups] == [4, 2]


def test_plain_numbers_of_two_feeds_are_no_identity(make_post: Callable[..., Post]) -> None:
    """Two feeds that number their items alike do not share them."""
    posts = [
        make_post(1, "Une première nouvelle assez longue", native_id="7", source_key="rss:a"),
        make_post(2, "Tout autre chose à cette heure", native_id="7", source_key="rss:b"),
    ]
    assert len(gather(posts, []).groups) == 2


def test_known_observation_is_joined(gazetteer: Gazetteer, make_post: Callable[..., Post]) -> None:
    """Over sweeps, copies join the known reference; what nothing may join is left alone."""
    first = make_post(1, SAID)
    leader = Leader(
        ref="CO21-0001",
        post_key=(first.source_key, first.native_id),
        grouping_text=SAID,
        happened_at=first.happened_at,
        repost_keys=repost_keys(first),
    )
    copies = [make_post(2, SAID + "!"), make_post(3, "", repost_of=first.native_id)]
    made = gather(copies, [leader], distinguishing=gazetteer.names_in)
    assert set(made.known.values()) == {"CO21-0001"}
    closed = Leader(
        ref="CO21-0002",
        post_key=("people", "x"),
        grouping_text=SAID,
        happened_at=first.happened_at,
        is_gatherable=False,
    )
    assert not gather(copies[:1], [closed]).known


def test_same_words_next_week_are_news(make_post: Callable[..., Post]) -> None:
    """The same sentence beyond the window is a new observation."""
    first = make_post(1, SAID)
    later = make_post(2, SAID, posted_at=first.happened_at + timedelta(days=6))
    assert len(gather([first, later], []).groups) == 2


def test_measurements_are_left_out(make_post: Callable[..., Post]) -> None:
    """A measurement is nobody's copy."""
    made = gather([make_post(1, SAID, kind="measurement")], [])
    assert made == Gathering()


@settings(max_examples=60, deadline=None)
@given(st.permutations(range(len(COPIES + OTHERS))))
def test_order_of_arrival_does_not_matter(order: list[int]) -> None:
    """Any order of arrival gives the same partition and the same leaders."""
    posts = [_make(number, text) for number, text in enumerate(COPIES + OTHERS)]
    shuffled = [posts[number] for number in order]
    assert gather(shuffled, []).groups == gather(posts, []).groups


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(COPIES + OTHERS)))
def test_split_over_sweeps_gives_the_same_partition(cut: int) -> None:
    """Posts that come in two sweeps are gathered as if they had come in one."""
    posts = [_make(number, text) for number, text in enumerate(COPIES + OTHERS)]
    by_key = {(post.source_key, post.native_id): post for post in posts}
    first = gather(posts[:cut], [])
    leaders = [
        Leader(
            ref=f"R-{number}",
            post_key=group[0],
            grouping_text=by_key[group[0]].text,
            happened_at=by_key[group[0]].happened_at,
            repost_keys=tuple(name for key in group for name in repost_keys(by_key[key])),
        )
        for number, group in enumerate(first.groups)
    ]
    second = gather(posts[cut:], leaders)
    homes: dict[str | int, set[str]] = {}
    for number, group in enumerate(first.groups):
        homes[f"R-{number}"] = {key[1] for key in group}
    for post in posts[cut:]:
        place = second.place_of((post.source_key, post.native_id))
        homes.setdefault(place, set()).add(post.native_id)
    assert {frozenset(group) for group in homes.values()} == _partition(posts, gather(posts, []))


def test_thousands_of_copies_join_their_origin(gazetteer: Gazetteer) -> None:
    """4 000 posts, half of them dressed copies, become as many groups as there were facts."""
    chance = random.Random(21)
    places = ["Genlis", "Auxonne", "Beaune", "Seurre", "Dijon", "Talant", "Longvic", "Nolay"]
    heads = [
        "Route coupée",
        "Caves inondées",
        "Arbre en travers",
        "Plus de courant",
        "Digue fragile",
    ]
    texts = [
        f"{chance.choice(heads)} à {chance.choice(places)}, D{chance.randint(1, 999)} vers "
        f"{chance.randint(0, 23)}h{chance.randint(10, 59)}, {chance.randint(2, 90)} maisons "
        f"touchées, {chance.choice(['évitez le secteur', 'pompiers sur place', 'soyez prudents'])}"
        for _ in range(2_000)
    ]
    posts = [_make(number, text) for number, text in enumerate(texts)]
    for number in range(2_000, 4_000):
        text = chance.choice(texts)
        dress = chance.choice(
            ["RT @x: {}", "{} https://a.example/{n}", "{}…", "Merci ! RT @y: {}", "{}"]
        )
        posts.append(_make(number, dress.replace("{}", text).replace("{n}", str(number))))
    made = gather(posts, [], distinguishing=gazetteer.names_in)
    assert 1_996 <= len(made.groups) <= 2_020


@pytest.mark.parametrize(
    "part",
    ["\n", " ", "«", '"', "via ", "RT @", "…", ".", "1", "#a", "a\u0301", "\ud800", "x", "À "],
)
def test_hostile_text_costs_no_time(part: str, gazetteer: Gazetteer) -> None:
    """100 kB of anything is gathered, located and summed up in a moment."""
    text = part * (100_000 // len(part))
    begin = time.perf_counter()
    made = gather([_make(1, text), _make(2, text + "z")], [], distinguishing=gazetteer.names_in)
    locate(text, gazetteer, ["21"])
    summarise(text)
    assert made.groups
    assert time.perf_counter() - begin < HANG_SECONDS


@pytest.mark.parametrize(
    ("said", "dressed"),
    [
        (
            "Évacuez les campings de Genlis vers le gymnase, par la D905. Pas par le pont.",
            "Chers voisins, évacuez les campings de Genlis vers le gymnase par la D905",
        ),
        (
            "L'eau entre dans la salle des fêtes, on monte les archives à l'étage",
            "#Genlis : l'eau entre dans la salle des fêtes, on monte les archives à l'étage 🙏",
        ),
        (
            "Les habitants du bas sont invités à rejoindre le gymnase jaune. Navettes ici.",
            "les habitant du bas son invités a rejoindre le gymnaze jaune. Bien à vous, l'adjoint",
        ),
        (
            "600 foyers coupés à Genlis, ligne au sol rue Monge",
            "« 600 foyers coupés à Genlis, ligne au sol rue Monge » et ma mère est là-bas",
        ),
        (
            "12 500 clients privés d'électricité dans le secteur de Genlis à 6 h 30",
            "⚡ 12.500 clients privés d'électricité dans le secteur de Genlis à 6h30 (via @reseau)",
        ),
        (
            "Genlis : plus aucun médecin de garde jusqu'à demain matin",
            "plus aucun médecin de garde à Genlis jusqu'à demain matin, bon courage",
        ),
    ],
)
def test_near_copies_of_people_join(
    said: str, dressed: str, gazetteer: Gazetteer, make_post: Callable[..., Post]
) -> None:
    """Greetings, labels, dropped ends, slips and signatures make no new fact."""
    made = gather(
        [make_post(1, said), make_post(2, dressed)], [], distinguishing=gazetteer.names_in
    )
    assert len(made.groups) == 1


SHARED = "maisons évacuées cette nuit, le terrain a bougé, restez à distance du talus"


def test_two_labels_never_meet_in_a_bare_text(
    gazetteer: Gazetteer, make_post: Callable[..., Post]
) -> None:
    """What two places say in the same words stays apart, also where somebody said it bare."""
    texts = [SHARED, f"Genlis : {SHARED}", f"Auxonne : {SHARED}"]
    posts = [make_post(number, text) for number, text in enumerate(texts, start=1)]
    made = gather(posts, [], distinguishing=gazetteer.names_in)
    homes = [made.place_of((post.source_key, post.native_id)) for post in posts]
    assert homes[1] != homes[2]


def test_two_labels_stay_apart_over_sweeps(
    gazetteer: Gazetteer, make_post: Callable[..., Post]
) -> None:
    """A wording that joined in an earlier sweep still keeps out another place's."""
    first = make_post(1, SHARED)
    leader = Leader(
        ref="CO21-0001",
        post_key=(first.source_key, first.native_id),
        grouping_text=SHARED,
        happened_at=first.happened_at,
        variants=(f"Genlis : {SHARED}",),
    )
    other = make_post(2, f"Auxonne : {SHARED}")
    assert not gather([other], [leader], distinguishing=gazetteer.names_in).known
