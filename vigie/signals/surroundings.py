"""What stands around a name in a text, and says whether a place is meant. Pure.

Called by ``mentions``. Data of the language and small questions; must not know the gazetteer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SENTENCE_ENDS = frozenset(".!?…\n")
AT = _set(
    """a de d entre commune communes secteur ville sur dans depuis pres mairie village bourg
ici gare"""
)
"""Before a name these say that it is a place."""
CONTRACTED = {"au": "le", "aux": "les", "du": "le", "des": "les"}
ARTICLES = frozenset({"le", "la", "les", "l"})
_LONE = frozenset({"le", "la", "l"})
_OF_THINGS = frozenset({"un", "une", "mon", "ma", "mes", "ton", "ta", "son", "sa", "notre", "leur"})
_WAYS = _set(
    """rue rues route routes avenue av boulevard bd bld place chemin impasse faubourg quai
allee direction porte lycee college rocade echangeur club match supporters derby fc
football statue foire festival traite edit bataille stade equipe sens butte fort
quartier lotissement chapelle ecole parc etang lac hameau residence combe col rn
basilique"""
)
"""After these, ``de Dijon`` names a way, a school or a club, not where something happens."""
_PRODUCTS = _set(
    """vin vins moutarde bouteille bouteilles verre verres plateau fromage fromages fromagerie
caisse caisses jambon saucisson biere bieres pot cru crus nonnettes savon dentelle
porcelaine couteau couteaux calissons melon melons piment huitres noix pruneaux kir pain
pastis saucisse saucisses andouille andouillette quiche nougat beurre brie menu epices
creme champagne chocolat gateau"""
)
_OF = frozenset({"de", "d", "du", "des"})
_AT_PLACES = frozenset({"a", "en"})
OFFICES = frozenset({"commune", "communes", "ville", "mairie", "village", "bourg"})
_RELATIVE = _set(
    """ouest est nord sud pres proche proximite km kms bornes kilometres minutes canton vers
environs depuis loin region arrondissement agglo cote sortie pas chemin minute alentours
peripherie"""
)
"""Before a name these say that the fact lies beside it, or on the way to it."""
_TITLES = _set(
    """m mr mme mlle monsieur madame mademoiselle dr docteur docteure me maitre capitaine
commandant colonel lieutenant adjudant sergent president presidente prefet prefete
professeur abbe pere soeur famille"""
)
_SPORT = _set(
    """buts match matchs ligue velodrome revanche mercato penalty penalties championnat
supporters fc psg om ol tribune victoire defaite poules tournoi handball rugby coule
basket jda dfco finale"""
)
_SCORE = re.compile(r"\b\d{1,2}\s?[-–]\s?\d{1,2}\b(?!\s?(?:h|km|m|cm|ans|°))|⚽|🏉|🏀")
_SPORT_SIGNS = 2
_SURE_SPORT = frozenset({"derby", "velodrome", "mercato", "psg", "buts", "jda", "rugby", "ligue"})
_JOINING = re.compile(
    r"^(?:[-‑](?=\w)|\s(?:sur|sous|l[eè]s|en)[\s-](?=[A-ZÀ-Ý])|\s?d['’](?=[A-ZÀ-Ý]))"
)
_IN_DEPARTMENT = re.compile(
    r"^\sen\s(?:[A-ZÀ-Ý][\w]*-(?:et|d|du|de|la|Mer|Savoie|Marne|Alpes)|Ard[eè]che|Gironde|Vend[ée]e|"
    r"Charente|Corse|Savoie|Is[eè]re|Loz[eè]re|Moselle|Dordogne|Bourgogne|Bretagne|Normandie|Alsace|"
    r"Lorraine|Provence|Guadeloupe|Martinique|Guyane|France|Franche|Auvergne|Occitanie|Champagne)"
)
"""``Poisson en Saône-et-Loire``: not a part of the name, as in Semur-en-Auxois."""
_QUARTER = re.compile(
    r"^[-‑](?:plage|ville|bourg|centre|gare|port|village|est|ouest|nord|sud)\b", re.IGNORECASE
)
"""What joined to a name is still in the commune."""
_DATELINE = re.compile(r"^\s?(?::|\(\d|,\s(?!mon|ma|mes|le gars|je|tu|il|elle|on\b|nous|vous))")
_VILLAGE = re.compile(
    r"^,?\s(?:c'est\s)?(?:le|la|un|une)\s(?:petit\s|petite\s)?(?:village|ville|commune)\b"
)
_FIRST_NAMES = _set(
    """adele adrien agathe alain albert alexandre alexis alice amandine anais andre anne
antoine arnaud arthur aurelie baptiste benjamin benoit bernard bertrand brigitte camille
carine catherine cecile celine charles charlotte chloe christian christine christophe
claire claude clement corinne damien daniel david denis didier dominique edouard elise
elodie emilie emma eric estelle eva fabien fabrice florence florian francis francois
frederic gabriel genevieve georges gerard gilles guillaume guy helene henri herve hugo
ines isabelle jacques jean jeanne jeremy jerome joel julie julien karine kevin laetitia
laura laurence laurent lea leo leon louis louise luc lucas lucie manon marc marcel
margaux marie marine martin martine mathieu matthieu maurice maxime melanie michel
michele monique nathalie nathan nicolas noemie olivier pascal patrice patricia patrick
paul pauline philippe pierre quentin raymond regis remi remy rene robert roger romain
sabine samuel sandrine sarah sebastien serge simon sophie stephane stephanie sylvain
sylvie theo therese thibault thierry thomas tom valerie veronique victor vincent
virginie xavier yann yves yvette yvonne zoe"""
)


_NUMBER = re.compile(
    r"^\s?[,-]?\s?(\d{2,3}|2[AB])\b(?!\s?(?:h|km|m|cm|ans|pers|maisons|%|€|°|[.,:]\d|\w))"
)


def department_number(after: str) -> str:
    """Return the department code that follows a name (``Quincey 70``), or nothing."""
    found = _NUMBER.match(after)
    return found[1] if found else ""


def begins_sentence(text: str, start: int) -> bool:
    """Tell whether what stands at an offset is the first word of a sentence."""
    before = text[:start].rstrip(' \t\u00a0\u202f#«"“')
    return not before or before[-1] in _SENTENCE_ENDS


def is_dateline(text: str, start: int, end: int, name: Sequence[str]) -> bool:
    """Tell whether a sentence files itself under a name: ``Genlis : …``, ``Genlis, rue …``."""
    after = text[end : end + 30]
    if _VILLAGE.match(after):
        return True
    found = _DATELINE.match(after) if begins_sentence(text, start) else None
    if found is None:
        return False
    return found[0].strip() != "," or not _FIRST_NAMES.intersection(name)


def is_part_of_longer(text: str, start: int, end: int, length: int) -> bool:
    """Tell whether a name only is a piece of a longer one, as Pont in Pont-de-Pany."""
    joined_before = re.fullmatch(r"\w[-‑]", text[max(0, start - 2) : start]) is not None
    after = text[end : end + 40]
    if joined_before or _QUARTER.match(after):
        return joined_before
    joined = _JOINING.match(after)
    if joined and _IN_DEPARTMENT.match(after):
        return False
    # "Saint-Rémy sur BFM": a name of several words is whole without what follows it.
    return joined is not None and (length == 1 or after[0] in "-‑")


def is_no_place(folded: Sequence[str], at: int, *, is_capital: bool) -> bool:
    """Tell whether the words before a name say that something else bears it.

    A way (``route de Dijon``), a product (``moutarde de Dijon``), a person (``Mme Saulieu``), a
    river or a wine (``la Laignes``, ``un époisses``).

    Args:
        folded: Folded words of the text.
        at: Index of the name's first word.
        is_capital: Whether it is written with a capital.
    """
    before = folded[max(0, at - 6) : at]
    last = before[-1] if before else ""
    near = [word for word in before if word not in ARTICLES][-2:]
    if len(near) > 1 and near[-1] not in _OF:
        near = near[-1:]  # "rue du Lac, 21000 Dijon": the street is not Dijon's.
    is_at = last in _AT_PLACES or folded[at] in CONTRACTED
    if not is_at and _WAYS.intersection(near) and "mi" not in before:
        return True
    if not is_at and _PRODUCTS.intersection(before):
        return True
    if last in _TITLES or (is_capital and last in _FIRST_NAMES):
        return True
    if last in _OF_THINGS:
        return True
    return last in _LONE and folded[at] not in ARTICLES


def is_relative(folded: Sequence[str], at: int) -> bool:
    """Tell whether the text says "near", "north of", "between" of a name."""
    return bool(_RELATIVE.intersection(folded[max(0, at - 3) : at]))


def is_about_sport(text: str, folded: Sequence[str]) -> bool:
    """Tell whether a text reads like sport, where towns are teams."""
    signs = len(_SPORT.intersection(folded)) + len(_SCORE.findall(text))
    return signs >= _SPORT_SIGNS or bool(
        {"velodrome", "mercato", "psg", "buts", "jda"}.intersection(folded)
    )
