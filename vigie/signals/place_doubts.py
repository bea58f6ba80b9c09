"""What speaks against a place though a name is written like one: cheers, English, people, pets.

Called by ``mentions``. In doubt there is no place. Data of the language and small questions; pure;
must not know the gazetteer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from vigie.signals.surroundings import WINES_AND_CHEESES

_WORD = re.compile(r"\w+")


def _set(words: str) -> frozenset[str]:
    return frozenset(_WORD.findall(words))


_CHEERS = _set("allez allee forza vamos aupa go hourra supporter supporters fan fans")
"""Directly before a name: a team. Source: songs of French stands."""
_HOME = re.compile(r"\b[Ii]ci,?\sc['’]\s?est\s$")
_HOME_AFTER = re.compile(r"^(?:\s(?:b[ée]b[ée]|mon\spote|les\sgars)|\s?[!💪⚽❤💙]|\W*$)")
_NO_PLACE_FOLLOWS = _set(
    """je j tu il elle on nous ils elles ca ce cet cette ces mon ton son ma ta sa mes tes ses nos
vos leurs quel quelle quels quelles tres trop si moins bien pas ne me te se y sans avec ni dont es
suis etait etaient sera seront un une les le la l des du au aux aucun aucune chaque plusieurs
quelques"""
)
"""Directly before a word in small letters: a thing, a state or a deed, no town."""
_ENGLISH = _set(
    """the so very too many much my your his her our their life is it its this that these those
are was were you we they he she will shall would can don doesn not what how who thanks thank
please love good great oh hello hi bye and of for with from"""
)
"""Beside a word in small letters: a phrase in English, ``so many thanks``."""
_ENGLISH_REACH = 3
_AUTHORS = _set("via signe signee credit credits copyright rt chez dixit")
"""Directly before a name: who tells, or a firm."""
_GREETED = _set("merci bravo salut coucou bonsoir")
"""Directly before a name: an audience or a guest thanks a town."""
_COMPANY = re.compile(
    r"^\s(?:&|et\s[Ff]ils\b|Transports?\b|Mat[ée]riaux\b|[ÉE]nergies?\b|TP\b|BTP\b|SARL\b|SAS\b|SA\b|"
    r"Fr[èe]res\b|Ambulances?\b|Autos?\b|Automobiles?\b|Immobilier\b|Distribution\b|Logistique\b)"
)
_LIVING = re.compile(
    r"^(?:,\s(?:mon|ma|notre|le|la)\s(?:petite?\s|vieux\s|vieille\s)?|\sest\s(?:un|une|mon|ma|notre)\s)"
    r"(?:chat|chatte|chien|chienne|fils|fille|copain|copine|fr[èe]re|s[œo]e?ur|coll[èe]gue|voisine?|"
    r"gars|patronne?|poney|cheval|jument|oncle|tante|cousine?|lapin|b[ée]b[ée]|pote|amie?|h[ée]ros)\b"
    r"|^\s(?:junior|senior|jr\.?)\b"
)
_GAMES = re.compile(
    r"\bmots?[\s-](?:crois|fl[ée]ch)|\bquizz?\b|\bjeux? de soci[ée]t[ée]|\bdevinettes?\b|"
    r"\bmonopoly\b|\bscrabble\b|\btrivial\b",
    re.IGNORECASE,
)
"""A text about a game names nothing that happens."""
_SUNG = re.compile(
    r"\b(?:(?:chansons?|films?|s[ée]ries?|romans?|livres?|docus?|documentaires?|reportages?|po[èe]mes?|"
    r"disques?|tubes?|vid[ée]os?)\s(?:de\s\w+\s)?sur|chant(?:e|ait|er|ent)|voul(?:u|ais|ait|ez)\svoir)\s$",
    re.IGNORECASE,
)
_ARTISTS = re.compile(
    r"(?<!rue\s)(?<!place\s)(?<!lycée\s)(?<!collège\s)(?<!école\s)(?<!salle\s)(?<!avenue\s)(?<!gymnase\s)"
    r"(?<!boulevard\s)(?<!rue\sde\s)(?<!quai\s)(?<!théâtre\s)(?<!espace\s)(?<!Georges\s)(?<!Jacques\s)"
    r"(?<!Charles\s)\b(?:Brassens|Brel|Barbara|Trenet|Nougaro|Dal[ií]|Bardot|Aznavour|Piaf|Voulzy|"
    r"Johnny|Goldman|Cabrel|Pagnol|Balzac|Flaubert|Proust|Maupassant|Giono)\b"
)
"""A singer or a writer, unless a street bears the name: the town comes from the work."""
_PERSON_AFTER = re.compile(
    r"^\s(?:cherche\s(?:son|sa|ses)|va\sbien|est\s(?:sain|port[ée]|rentr|vivant|coinc|bless|mort|d[ée]c)|"
    r"a\sperdu\s(?:son|sa|ses)|si\stu|donne\sdes|n['’]est\spas\srentr|disparue?\b|appelle|"
    r"remercie|tient\sbon)"
)
_CAPITAL_BEFORE = re.compile(r"(?<!\w)[A-ZÀ-Ý][a-zà-ÿ]+\s$")
RIVERS = _set(
    """argens durance aigues lez isle touvre lay loire allier indre creuse gartempe maine
erdre oust rance
aure dives bresle authie marne seine aube ouanne semoy sarre doubs loue saone tille grosne reyssouze
verdon ubaye prunelli tech nivelle"""
)
"""Communes that bear the name of a river, which is the better known."""
REGIONS = _set(
    """corbieres causses larzac beauce perche vexin caux mauges anjou combrailles berry
puisaye marsan
bretagne bourgogne champagne bresse"""
)
"""Communes that bear the name of a region or a massif, which is the better known."""
_NUMBER_AFTER = re.compile(r"^,?\s\(?\d")
_LEVEL = re.compile(
    r"\b(?:d[ée]?crue|en\scrue|cote|niveau|d[ée]bord|monte|baisse|d[ée]bit|berges?|[àa]\s\d+(?:[.,]\d+)?\s?m\b)",
    re.IGNORECASE,
)
_TAGGED = frozenset({"for", "suis", "team", "visit", "support", "pray", "love"})
"""Of opened hashtags: ``#PrayForNice``, ``#TeamToulouse``."""
_MEDIA = re.compile(r"\b(?:France\s(?:3|[Bb]leu)|BFM(?:\s?TV)?|RCF|NRJ|Actu|Radio|Rue\s?89|ICI)\s$")
_MEDIA_AFTER = re.compile(r"^[\s-](?:Matin|Mag|Actu|Infos?|Capitale|Libéré|FM|TV|Presse)\b")
_COUNTRY_AFTER = re.compile(
    r"^,?\s(?:\(|en\s|au\s|aux\s|à\s|de\sl['’]|d['’])?(?:[îi]le\s)?(?:Espagne|Italie|Belgique|Suisse|Allemagne|"
    r"Autriche|Angleterre|Portugal|Qu[ée]bec|Canada|S[ée]n[ée]gal|Madagascar|Maurice|Ha[ïi]ti|Louisiane|Missouri|"
    r"Minnesota|USA|[ÉE]tats-Unis|Luxembourg|Liban|Cameroun|Maroc|Alg[ée]rie|Tunisie|Br[ée]sil|Gr[èe]ce)\b"
)
_LEISURE = re.compile(
    r"\b(?:vacances|week-?ends?|voyages?|tourisme|lune\sde\smiel|retraite|croisi[èe]re|s[ée]jour|stage)"
    r"\s(?:à|au|aux)\s$",
    re.IGNORECASE,
)
_NOT_HERE = re.compile(r"\bc['’]\s?est\s(?:pas|plus)\s$", re.IGNORECASE)
_HERE_AFTER = re.compile(r"^\s(?:ici|chez\snous)\b")
_HOUSES = _set(
    """hopital chu clinique ehpad caserne cite college lycee ecole maternelle creche foyer residence
maison institution institut eglise chapelle paroisse camp fort salle gymnase stade quartier rue"""
)
"""Directly before a saint: named after him."""
_ASKED = re.compile(r"^,?\s\w+(?:-nous|-moi|\s(?:nous|rien)\b)")
"""After a saint: ``Sainte Luce, donne nous …``."""
_STOPPED = re.compile(r"^\s?(?:\.{2,}|…|\?)")
"""In small letters before these: a slip of the pen that is mended, or a riddle."""
_DE_AFTER = _set("de d")
_TELEPHONES = _set(
    """antenne antennes reseau box fibre operateur operateurs client clients sfr free bouygues 4g 5g
telephone telephonie portable mobile internet wifi sav forfait boutique technicien techniciens"""
)
_OPERATORS = _set("orange")
_DRUNK = re.compile(
    r"^\s(?:rouge|ros[ée]|blanc|frais|bien\sfrais|brut|premier\scru|pour\stout\sle\smonde|pour\sles\sb[ée]n)\b"
)
"""After a wine: ``Bandol rosé``."""
_WATERS = frozenset({"vittel", "volvic", "evian", "thonon", "contrexeville"})
_PACKS = re.compile(r"\b(?:packs?|bouteilles?|litres?|cristaline)\b", re.IGNORECASE)
_NOT_BEFORE_PLACES = _CHEERS | _AUTHORS | _TAGGED | _GREETED


def is_doubtful(
    text: str,
    start: int,
    end: int,
    folded: Sequence[str],
    at: int,
    length: int,
    *,
    is_capital: bool,
) -> bool:
    """Tell whether what stands around a name says that no place is meant.

    Args:
        text: With its hashtags opened.
        start: Offset of the name, characters.
        end: Offset after it.
        folded: Folded words of the text.
        at: Index of the name's first word.
        length: Words of the name.
        is_capital: Whether it is written with a capital.
    """
    before, after = text[max(0, start - 60) : start], text[end : end + 40]
    return (
        _is_somebodys(folded, at, length, before, after)
        or _is_told_of(text, before, after)
        or _is_country(text, folded, at, length, after)
        or (not is_capital and _is_plain_speech(folded, at, length, after))
    )


def _is_somebodys(folded: Sequence[str], at: int, length: int, before: str, after: str) -> bool:
    """Tell whether a team, a firm, a saint, a person or an animal bears the name."""
    last = folded[at - 1] if at else ""
    is_saint = folded[at] in ("saint", "sainte") and length == len(("saint", "luce"))
    return (
        last in _NOT_BEFORE_PLACES
        or (is_saint and (last in _HOUSES or _ASKED.match(after) is not None))
        or any(sign.match(after) for sign in (_COMPANY, _LIVING, _MEDIA_AFTER))
        or (_PERSON_AFTER.match(after) is not None and _CAPITAL_BEFORE.search(before) is not None)
    )


def _is_told_of(text: str, before: str, after: str) -> bool:
    """Tell whether a song, a game, a journey, a comparison or another country is spoken of."""
    return (
        any(sign.search(text) for sign in (_GAMES, _ARTISTS))
        or any(sign.search(before) for sign in (_SUNG, _LEISURE, _MEDIA))
        or _COUNTRY_AFTER.match(after) is not None
        or (_HOME.search(before) is not None and _HOME_AFTER.match(after) is not None)
        or (_NOT_HERE.search(before) is not None and _HERE_AFTER.match(after) is not None)
    )


def _is_country(text: str, folded: Sequence[str], at: int, length: int, after: str) -> bool:
    """Tell whether a river, a region, a drink or an operator of telephones bears the name."""
    if folded[at] in _OPERATORS and _TELEPHONES.intersection(folded):
        return True
    if length > 1 or (at and folded[at - 1] in ("a", "commune", "ville")):
        return False
    if folded[at] in _WATERS and _PACKS.search(text):
        return True
    if folded[at] in WINES_AND_CHEESES and _DRUNK.match(after):
        return True
    if folded[at] in RIVERS:
        return _LEVEL.search(text) is not None
    return folded[at] in REGIONS and not _NUMBER_AFTER.match(after)


def _is_plain_speech(folded: Sequence[str], at: int, length: int, after: str) -> bool:
    """Tell whether a name in small letters stands where a noun, a verb or an English word would."""
    last = folded[at - 1] if at else ""
    if length == 1 and last in _NO_PLACE_FOLLOWS:
        return True
    following = folded[at + length : at + length + 2]
    if length == 1 and not last and _STOPPED.match(after):
        return True
    if length == 1 and len(following) > 1 and following[0] in _DE_AFTER and not last:
        return not following[1][0].isdigit() and following[1] != "nouveau"
    around = (*folded[max(0, at - _ENGLISH_REACH) : at], *following)
    return bool(_ENGLISH.intersection(around)) and last not in ("a", "de")


_LITTLE_BEFORE = 4
_A_ROAD = re.compile(r"\b(?:[AND]|RN|RD)\s?\d{1,4}\b")
_KIN_AND_TALK = _set(
    """fils fille frere soeur cousin cousine oncle tante tonton tata mere pere maman papa mamie papi
parents grands beaux copain copine pote potes ami amie amis collegue collegues neveu niece ex mari
femme famille etudie travaille bosse vit habite vient venus venu venue arrivent arrive arrives
partis
parti partir pars part retour rentre rentrer descend descendu monte depuis radio journal chaine
video
pense pensent regarde vacances week mariage concert festival salon expo foire achete commande livre
vont aller allez va vais roule"""
)
"""Before a neighbour's name these tell of people and their ways, not of it."""


def is_told(text: str, start: int, folded: Sequence[str], at: int, *, is_dateline: bool) -> bool:
    """Tell whether a text speaks of a name itself, not of a cousin who lives there.

    It begins a sentence, alone or after ``à``, or a road stands beside it, or what lies or happens
    is said of it: ``mon fils à Lyon a vu la vidéo`` tells nothing of Lyon.
    """
    before = text[:start].rstrip(' \t#«"“')
    head = before[-2:].strip().casefold() if len(before) < _LITTLE_BEFORE else ""
    if is_dateline or not before or before[-1] in ".!?…\n:" or head in ("à", "a", "au", "de"):
        return True
    if _A_ROAD.search(text):
        return True
    near = folded[max(0, at - 6) : at]
    return not (_KIN_AND_TALK.intersection(near))
