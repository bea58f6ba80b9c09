"""What a text is about and how urgent it is, by the words that say so.

Called by the analysis of a sweep and by the checks' exemption for life at risk. In doubt about a
life the text is shown. Pure; must not grade or place anything.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from vigie.records.observation import CATEGORIES, URGENCIES
from vigie.signals.hashtags import without_watched_tags
from vigie.signals.lexicons import Lexicons, Term, starts_of
from vigie.signals.normalisation import fold, open_hashtags, without_addresses
from vigie.signals.peril import Bearing, bearing_of

_TOKEN = re.compile(r"\w+|[.,;:!?\n]")
_ATTACHED = re.compile(
    r"\[(?:image|photo|vid[ée]o|film)\s?:\s?"
    r"(?:(?:image|photo|vid[ée]o|film|capture)\b[^:\]]{0,40}:)?",
    re.IGNORECASE,
)
"""``[Image : Film : la passerelle part]``: what an attachment is called says nothing of fiction."""
_GAP_WORDS = 3
_MOST_WORDS = 1_000
_NEGATIONS = frozenset({"aucun", "aucune", "sans", "ni", "hors"})
_PAIRED = frozenset({"pas", "plus", "jamais", "point"})
_LINKS = frozenset({"de", "d", "du", "des", "la", "le", "les", "l", "un", "une", "en"})
_GAP_ENDS = _PAIRED | set(".;!?\n")
_ABOUT_WORDS = ("denial", "rumour")
"""Categories that say what a text does with its facts: they outrank what the facts are."""
_BACKGROUND = "water"
"""In a flood every post speaks of it: any other fact that is said outright outranks it."""
_OUTRIGHT_WEIGHT = 3
_INFORMING = ("offer", "collection")
"""Categories that press nobody, whatever else the text says of the flood."""
_HAZARDS = ("water", "fire", "wind", "landslide", "pollution")
_PERSONS = ("person_in_danger", "person_missing")
_PRESSING = ("high", "life_at_risk")
_ROAD = re.compile(r"^(?:r?[dn]|a)\d{1,4}[a-z]?$|^r[dn]$")
_HEIGHT = re.compile(r"^\d{1,2}m\d{0,2}$")
_NEEDS = frozenset(
    {
        *("person_in_danger", "person_missing", "request"),
        *("need_water", "need_shelter", "need_clothes", "need_care"),
    }
)
_URGENCY_PRIORITY = {"life_at_risk": 500, "high": 100, "normal": 40, "information": 10}
_NEED_PRIORITY = 70
_ASKED_PRIORITY = 100
"""By hand: who asks for something waits for an answer; who reports a closed road does not."""
_NOISE_PRIORITY = -10
_MOST_WEIGHT = 29
_SIGN_PRIORITY = 15
_MOST_SIGNS = 12
_LEAST_LIFE_POINTS = 0
_LEAST_NEED_POINTS = 4
"""From here somebody asks for something: two signs of asking, or one and a needed thing."""
_LIFE_WEIGHT = 3
"""From here a text says that a life is at risk. Erring on this side is wanted."""


@dataclass(frozen=True, slots=True)
class Triage:
    """What the lexicons say of a text.

    Attributes:
        category: Code of the category tree, or None where no word decides.
        urgency: ``life_at_risk``, ``high``, ``normal`` or ``information``.
        words: The words that decided, as written.
        is_life_at_risk: To be shown whatever else is wrong with the text.
        is_noise: The words speak of sport, films, figures of speech or an exercise.
        priority: The greater, the earlier it should be read; urgency first, then how much of the
            text speaks of a fact or a need.
        weights: What each of ``words`` weighed, in the same order; several finds add up.
    """

    category: str | None
    urgency: str
    words: tuple[str, ...]
    is_life_at_risk: bool
    is_noise: bool
    priority: int = 0
    weights: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Hit:
    term: Term
    start: int
    end: int
    words: str


def triage(
    text: str,
    lexicons: Lexicons,
    *,
    is_exercise: bool = False,
    ignored_tags: frozenset[str] = frozenset(),
) -> Triage:
    """Return category and urgency of a text, with the words that decided.

    Args:
        text: Plain text as it arrived.
        lexicons: From ``load_lexicons``.
        is_exercise: The activation is an exercise: that a text says so then means nothing.
        ignored_tags: From ``tag_keys``: the watched hashtags, which file a post and state nothing.
    """
    said = without_watched_tags(_ATTACHED.sub(" ", without_addresses(text)), ignored_tags)
    hits, is_denial = _hits(said, lexicons)
    noise = [
        h for h in hits if h.term.category == "noise" and not (is_exercise and h.term.is_exercise)
    ]
    facts = [
        hit
        for hit in hits
        if hit.term.category != "noise" and not any(_overlap(hit, other) for other in noise)
    ]
    noise_weight = sum(hit.term.weight for hit in noise)
    strongest_noise = max((hit.term.weight for hit in noise), default=0)
    life_weight = sum(h.term.weight for h in facts if h.term.urgency == "life_at_risk")
    is_life = life_weight >= _LIFE_WEIGHT and life_weight > strongest_noise
    fact_weight = sum(hit.term.weight for hit in facts)
    bearing = _bearing(text, said, lexicons, is_exercise=is_exercise)
    is_unreal = bool(noise) and noise_weight >= fact_weight
    if is_life and bearing.is_doubted and bearing.life_points < _LEAST_LIFE_POINTS:
        is_life = False  # The words of danger stand in a joke, a film, a match, a memory.
    # The signs have weighed what speaks against: no figure of speech of a lexicon outvotes them.
    if not is_life and (bearing.is_life or _tells_of_danger(facts, bearing)):
        return _in_peril(facts, fact_weight, bearing)
    # What the signs say of jokes, sport, trade, the past outweighs all that could be acted on.
    is_idle = bearing.news_points < 0 and not any(h.term.category in _ABOUT_WORDS for h in facts)
    if not is_life and (is_unreal or (is_idle and not _is_asking(bearing))):
        words, weights = _words(noise)
        return Triage("noise", "information", words, False, True, _NOISE_PRIORITY, weights)
    if not facts:
        is_said = any(letter.isalnum() for letter in said)
        return _without_facts(bearing, is_chat=is_said and bearing.is_idle and not is_denial)
    category = _category(facts, is_life)
    urgency = _urgency(facts, category, is_life)
    priority = _priority(urgency, category, fact_weight - noise_weight, bearing)
    words, weights = _words(facts)
    return Triage(category, urgency, words, is_life, False, priority, weights)


def _bearing(text: str, said: str, lexicons: Lexicons, *, is_exercise: bool) -> Bearing:
    """Return what the signs weigh of what is said, or of the whole text where that is a cry.

    ``Aidez-nous #InondationsBéarn``: to who calls for help the event's hashtag adds what comes.
    """
    bearing = bearing_of(said, lexicons.signs, is_exercise=is_exercise)
    if not bearing.is_calling or bearing.is_life:
        return bearing
    told = bearing_of(text, lexicons.signs, is_exercise=is_exercise)
    return told if told.is_life else bearing


def _tells_of_danger(facts: list[_Hit], bearing: Bearing) -> bool:
    """Tell whether a lexicon says that a frail person is in danger.

    A hint counts only if it says more than that the person is frail.
    """
    return bearing.is_frail and any(
        hit.term.category in _PERSONS
        and hit.term.urgency in _PRESSING
        and (hit.term.weight >= _OUTRIGHT_WEIGHT or fold(hit.words) not in bearing.words)
        for hit in facts
    )


def _in_peril(facts: list[_Hit], fact_weight: int, bearing: Bearing) -> Triage:
    """Return what is said of a person in peril whom no phrase of a lexicon names."""
    said, worth = _words(facts)
    more = tuple(word for word in bearing.words if word not in said)
    return Triage(
        "person_in_danger",
        "life_at_risk",
        said + more,
        True,
        False,
        _priority("life_at_risk", "person_in_danger", fact_weight, bearing),
        worth + (bearing.life_points,) * len(more),
    )


def _is_asking(bearing: Bearing) -> bool:
    """Tell whether somebody asks, against all that speaks of jokes, sport or trade."""
    return bearing.is_request and bearing.need_points >= _LEAST_NEED_POINTS


def _without_facts(bearing: Bearing, *, is_chat: bool) -> Triage:
    """Return what the signs alone say: somebody asks, tells of what can be acted on, or chats."""
    if _is_asking(bearing):
        priority = _priority("normal", "request", 0, bearing)
        weights = (bearing.need_points,) * len(bearing.words)
        return Triage("request", "normal", bearing.words, False, False, priority, weights)
    # Small talk keeps its place in the queue: no word spoke against it, none for it either.
    priority = _priority("information", "", 0, bearing)
    return Triage("noise" if is_chat else None, "information", (), False, is_chat, priority)


def _priority(urgency: str, category: str, weight: int, bearing: Bearing) -> int:
    """Return where in the queue: urgency outranks all, a need outranks a mere fact.

    Signs of fiction, sport or trade push back what only hazards' words brought forward.
    """
    need = _NEED_PRIORITY if category in _NEEDS else 0
    if _is_asking(bearing):
        need += _ASKED_PRIORITY
    said = max(0, min(weight, _MOST_WEIGHT))
    signs = max(bearing.need_points, bearing.news_points, bearing.life_points)
    return _URGENCY_PRIORITY[urgency] + need + said + _SIGN_PRIORITY * min(signs, _MOST_SIGNS)


def _hits(text: str, lexicons: Lexicons) -> tuple[list[_Hit], bool]:
    """Return the terms that the text holds and does not deny, without those inside longer ones.

    And whether it denies any: who says that nobody is hurt speaks of what matters.
    """
    shown = open_hashtags(text)
    tokens = list(_TOKEN.finditer(shown))[:_MOST_WORDS]
    folded = [_read(fold(token.group())) for token in tokens]
    starts = starts_of(folded)
    found: list[_Hit] = []
    is_denial = False
    for at, word in enumerate(folded):
        for term in lexicons.beginning_like(word, starts):
            end = _end_of_match(term.pattern, folded, at)
            if end and _is_denied(folded, at):
                is_denial = True
            elif end:
                said = shown[tokens[at].start() : tokens[end - 1].end()]
                found.append(_Hit(term, at, end, " ".join(said.split())))
    return _longest(found), is_denial


def _read(word: str) -> str:
    """Return a road's number as ``route`` and a height as ``metres``, for the forms to find."""
    if not word[-1].isdigit() and word not in {"rd", "rn"} and not word[0].isdigit():
        return word
    if _ROAD.match(word):
        return "route"
    return "metres" if _HEIGHT.match(word) else word


def _end_of_match(pattern: tuple[str, ...], folded: list[str], at: int) -> int:
    """Return where a form that begins here ends, or 0 if it does not stand here."""
    position, gap = at, 0
    for part in pattern:
        if part == "*":
            gap += _GAP_WORDS
            continue
        reach = range(position, min(position + gap + 1, len(folded)))
        here = next((i for i in reach if _fits(part, folded[i])), None)
        if here is None or not _GAP_ENDS.isdisjoint(folded[position:here]):
            return 0
        position, gap = here + 1, 0
    return position


def _fits(part: str, word: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("*") else word == part


def _is_denied(folded: list[str], at: int) -> bool:
    """Tell whether what begins here is denied: "aucun blessé", "n'est plus bloquée".

    "plus de 20 maisons" denies nothing, nor does "on n'en peut plus," before a comma.
    """
    before: list[str] = []
    for word in reversed(folded[max(0, at - 4) : at]):
        if not word[0].isalnum():
            break
        before.append(word)
    near = [word for word in before if word not in _LINKS][:2]
    if near and (near[0] in _NEGATIONS or {"personne", "n"} <= set(before)):
        return True
    if not near or near[0] not in _PAIRED:
        return False
    is_of = bool(before) and before[0] in {"de", "d"}
    return is_of or "n" in before or "ne" in before or "pas" in near[:1]


def _longest(hits: list[_Hit]) -> list[_Hit]:
    """Leave out a hit that lies inside a longer one, and second finds of one word."""
    kept: list[_Hit] = []
    for hit in sorted(hits, key=_precision):
        if not any(_overlap(hit, other) and _same_side(hit, other) for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.start)


def _precision(hit: _Hit) -> tuple[int, int, int, int, int]:
    """Return what sorts first the form that says most: in words, not in the gap it bridges."""
    said_count = sum(part != "*" for part in hit.term.pattern)
    term = hit.term
    urgency = URGENCIES.index(term.urgency)
    return (-said_count, -term.weight, urgency, hit.start - hit.end, hit.start)


def _same_side(one: _Hit, other: _Hit) -> bool:
    return (one.term.category == "noise") == (other.term.category == "noise")


def _overlap(one: _Hit, other: _Hit) -> bool:
    return one.start < other.end and other.start < one.end


def _category(facts: list[_Hit], is_life: bool) -> str:
    weights: Counter[str] = Counter()
    for hit in facts:
        if not is_life or hit.term.urgency == "life_at_risk":
            weights[hit.term.category] += hit.term.weight
    for code in _ABOUT_WORDS:
        if weights[code]:
            return code
    if any(w >= _OUTRIGHT_WEIGHT for code, w in weights.items() if code != _BACKGROUND):
        del weights[_BACKGROUND]
    return min(weights, key=lambda code: (-weights[code], CATEGORIES.index(code)))


def _urgency(facts: list[_Hit], category: str, is_life: bool) -> str:
    """Return the highest urgency said of the category itself or of persons.

    That water stands around a closed road or a collection does not make these pressing. A hint of
    life at risk alone counts as high. What is hazard or hearsay takes the highest of all.
    """
    if is_life:
        return "life_at_risk"
    if category == "denial":
        return "normal"
    if category in _INFORMING:
        return "information"
    is_open = category in (*_HAZARDS, "rumour")
    telling = [
        hit.term.urgency for hit in facts if is_open or hit.term.category in (category, *_PERSONS)
    ]
    best = min(telling, key=URGENCIES.index)
    return "high" if best == "life_at_risk" else best


def _words(hits: list[_Hit]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return the words in order, once each, and what each weighed in all."""
    found: Counter[str] = Counter()
    for hit in hits:
        found[hit.words] += hit.term.weight
    return tuple(found), tuple(found.values())
