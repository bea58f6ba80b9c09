"""Whether a text tells of a person in peril without any of the lexicons' phrases.

``le plafond est tombé sur maman, elle ne parle pas`` holds no catchword: a person, what
happens to them, and perhaps a call. Called by ``triage``; errs on the side of showing. Pure; must
not know categories.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from vigie.signals.normalisation import fold

_TOKEN = re.compile(r"[\w🆘]+")
_PERSONS = re.compile(
    r"^(?:mere|pere|maman|papa|mamie?|mam[ei]|papi|papy|mem[eé]|pep[eé]|grand[- ]?(?:mere|"
    r"pere)|gramoun\w*|"
    r"freres?|soeurs?|fils|filles?|fillettes?|garcons?|enfants?|gosses?|minots?|gamin\w*|"
    r"marmaille\w*|"
    r"baba|bebes?|petite?s?|nouveau|voisin\w*|dame|monsieur|mr|mme|femme|homme|mari|"
    r"cousin\w*|oncle|tante|"
    r"niece|neveu|vieux|vieille|personnes?|gens|famille|collegues?|passager\w*|eleves?|"
    r"resident\w*|"
    r"patient\w*|cycliste|randonneu\w*|conduct\w*|chauffeur|ouvriers?|skieu\w*|"
    r"alpiniste\w*|ami|amie|copine?|"
    r"touristes?|campeu\w*|sinistre\w*|anims?|animateur\w*|parents?|nous|je|jsuis|jpe|mon|"
    r"ma|mes|moun|"
    r"dialysee?s?|papy)$"
)
_STATES = re.compile(
    r"^(?:coince\w*|bloque\w*|bloker?|piege\w*|prisonnier\w*|enseveli\w*|emporte\w*|"
    r"cerne\w*|dessous|"
    r"noie|noient|respire\w*|inconscient\w*|inanime\w*|allonge\w*|saigne\w*|brulee?s?|"
    r"suffoque\w*|"
    r"etouffe\w*|contractions|accouche\w*|malaise|cogne(?:nt)?|crie(?:nt)?|hurle(?:nt)?|"
    r"pleure(?:nt)?|"
    r"seule?s?|accroche\w*|suspendu\w*|derive|oxygene|respirateur|batterie|pacemaker|"
    r"fauteuil|alzheimer|"
    r"decombres|eboule\w*|ecrase\w*|glace\w*|hypothermie|froid|evanoui\w*|gris[e]?|"
    r"convuls\w*|tombe\w*|"
    r"platre|hanche|toit|agripp\w*|isole\w*|perdue?s?|disparue?s?|introuvables?|"
    r"effondre\w*|fumee|flammes|"
    r"etage|inonde\w*|submerge\w*)$"
)
_PHRASES = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?:repond|bouge|parle|respire|reagit)(?:ent)? (?:plus|pas|pa|mal)\b",
        r"\b(?:repond|bouge|parle)(?:ent)? \w+ (?:plus|pas)\b",
        r"\bp(?:eu[tx]|e) (?:plus|pas|pa) (?:sortir|bouger|descendre|respirer|marcher|se lever)\b",
        r"\b(?:pas|jamais|toujours pas) (?:rentre|revenu|remonte|redescendu|arrive)e?s?\b",
        r"\b(?:au sol|par terre|a terre) depuis\b",
        r"\bplus (?:de nouvelle|de son|de lumiere|d air)\b",
        r"\beau (?:jusqu|aux? (?:taille|genou|cou|hanche|poitrine|epaule)|monte|arrive)\b",
        r"\bsa? arive\b|\bl eau (?:monte|arrive|rentre)\b",
        r"\b(?:fait|font|faisait) (?:des )?signes?\b",
        r"\bnous on est \w+ (?:au|sur|dans)\b",
        r"\bon est \w* ?(?:coince|bloque|monte|cerne|piege)\w*\b",
        r"\b(?:en|qu)? ?une? seule? ressort\b",
        r"\bperd (?:beaucoup de |du )?sang\b",
    )
)
_CALLS = re.compile(
    r"\b(?:secours|sekour|o secour|svp+|s il vous plait|aide[zr]? (?:nous|moi|la|le|les)|"
    r"aidez|help|sos|"
    r"venez|vien tir|vite+|depeche\w*|par pitie|appelez|que quelqu un|quelqu un (?:peut|a|"
    r"pour|qui)|"
    r"kelk\w* mentend|qui peut|qui a (?:des?|une?)|besoin (?:de|d)|faut (?:des|un|une)|"
    r"urgent|urgence|"
    r"pompiers?|samu|helico\w*)\b|🆘"
)
_FRAIL = re.compile(
    r"\b(?:[7-9]\d|10\d) ?ans\b|\b(?:[1-9]|1[0-2]) ?ans\b|\benceinte\b|\bbebes?\b|\bnourrisson\b|"
    r"\bhandicap\w*|\bfauteuil\b|\balzheimer\b|\bdialys\w*|\bdiabeti\w*|\bcoeur\b|\bmois\b"
)
_NOT_REAL = re.compile(
    r"\b(?:film|serie|episode|saison \d|roman|livre|page|p \d+|jeu|niveau|match|buts?|"
    r"ligue|score|mdr|lol|"
    r"ptdr|exercice|simulation|entrainement|theatre|concert|chanson|album|poeme|recette|"
    r"promo|reduction|"
    r"offre|livraison|souvenir|anniversaire|rescapes?|musee|documentaire|dossier|replay|"
    r"blague|humour)\b|"
    r"[😂🤣😆😜😎🎧⚽🏉]|€|\b\d+ ?% ?(?:de )?(?:remise|reduction)|"
    r"\b(?:19\d\d|200\d|201\d|202[0-4])\b|"
    r"\bil y a \d+ ans\b|\ba \d+ ans pres\b"
)
_SAFE = re.compile(
    r"\b(?:sain\w* et sau\w*|est vide|personne dedans|sorti\w* seul\w*|"
    r"hors de danger|a l abri|va bien|vont bien|retrouvee?s?|"
    r"rien a signaler|"
    r"plus de peur|aucun blesse|pas de blesse|personne n est|tout va bien|rassure\w*|ouf|"
    r"bien rentree?s?)\b"
)
_MOST_CHARACTERS = 1_500
_LIFE_POINTS = 2


@dataclass(frozen=True, slots=True)
class Peril:
    """What of a text speaks of a person in peril.

    Attributes:
        points: How strongly; from ``_LIFE_POINTS`` on a life is taken to be at risk.
        words: The words that say so, as read.
        is_call: Somebody calls for help.
    """

    points: int
    words: tuple[str, ...]
    is_call: bool

    @property
    def is_life(self) -> bool:
        """Whether the text is to be shown as life at risk."""
        return self.points >= _LIFE_POINTS


@functools.lru_cache(maxsize=50_000)
def _is_person(word: str) -> bool:
    return _PERSONS.match(word) is not None


@functools.lru_cache(maxsize=50_000)
def _is_state(word: str) -> bool:
    return _STATES.match(word) is not None


def peril_in(text: str) -> Peril:
    """Return what of a text speaks of a person in peril; nothing of what is played or over."""
    raw = text[:_MOST_CHARACTERS]
    folded = " ".join(_TOKEN.findall(fold(raw)))
    tokens = folded.split()
    if not any(map(_is_person, tokens)):
        return Peril(0, (), False)
    if _NOT_REAL.search(folded) or _NOT_REAL.search(raw) or _SAFE.search(folded):
        return Peril(0, (), False)
    states = list(dict.fromkeys(filter(_is_state, tokens)))
    phrases = [found[0] for pattern in _PHRASES if (found := pattern.search(folded))]
    calls = [found[0] for found in _CALLS.finditer(folded)]
    frail = [found[0] for found in _FRAIL.finditer(folded)]
    points = min(len(states), 2) + 2 * min(len(phrases), 2) + bool(calls) + bool(frail)
    if not states and not phrases:
        points = 0
    return Peril(points, tuple(dict.fromkeys([*phrases, *states, *frail, *calls])), bool(calls))
