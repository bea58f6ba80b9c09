"""One form for words of haste and for two words of one thing: ``dispo``, ``pte``, ``gasoil``.

Called by ``distinguishing`` for single words and by ``differences`` for the words in which two
texts differ. Pure; must not make one of two words that tell facts apart.
"""

from __future__ import annotations

import re

_SAME = """
minutes:min,mn,minute,mins quelqu:qqn,qqun,qlqn,kelkun quelques:qq,qqs,qlq,qlqs beaucoup:bcp
rendez:rdv toujours:tjs,tjrs,tjr departement:dept,dpt personnes:pers vehicules:veh,vhl,vhls
boulevard:bd,bld,blvd,bvd avenue:av route:rte saint:st sainte:ste avec:avc,ac sous:ss tout:tt
tous:ts nombreux:nbx nombreuses:nbses,nbreuses grand:gd grande:gde petit:pt,ptit petite:ptite
telephone:tel batiment:bat,bt immeuble:imm quartier:qtier,qt probleme:pb problemes:pbs
pourquoi:pq,pk message:msg,mess pendant:pdt maintenant:mtn jamais:jms donc:dc numero:num,nr
chemin:chem,chm residence:resid,rsd etage:etg gazole:gasoil,gazoil,mazout courant:electricite,elec
cle:clef cles:clefs medicaments:medocs,medoc,medicament helicoptere:helico,helicos hopital:hosto
papa:pere maman:mere enfants:gosses,gamins,momes,minots enfant:gosse,gamin,mome policiers:flics
appartement:appart disponibles:dispos disponible:dispo climatisation:clim
materiel:matos velo:bicyclette secteur:sect parking:pkg centre:ctre environ:env circulation:circu
accident:acc direction:dir,dirction provisoire:prov commune:cne gendarmerie:gend
internet:net aujourd:ajd,auj embouteillages:bouchons
embouteillage:bouchon infirmiere:infirm physiologique:phy deviation:dev hectares:hects
expositions:expo,expos,exposition commissariat:comico restaurant:resto bebe:bb,bebes parking:pking
"""
ONE_FORM: dict[str, str] = {
    word: form
    for line in _SAME.split()
    for form, _, words in [line.partition(":")]
    for word in words.split(",")
}
"""One form for abbreviations and for words of one thing. Source: usage in French short messages."""

_FEWEST_LETTERS = 3
_LEAST_OF_WHOLE = 5
_LEAST_BEGUN = 5
_LEAST_LEFT_OUT = 2
_LEAST_STEM = 5
SMALLER = ("ette", "ettes")
"""A ``camionnette`` is no ``camion``."""
_VOWELS = set("aeiouy")
_LAST = "es"
_FLEXION = re.compile(
    r"^(?:e|s|es|ee|ees|er|ez|ent|ant|ante|ants|antes|ation|ations|ement|ements|ure|ures|age|ages"
    r"|ait|aient|era|eront|ion|ions|ture|tures|is|it|ir|ie|ies|issent|ons|if|ive|ifs|ives|)$"
)


def is_begun(one: str, other: str) -> bool:
    """Tell whether one word is the other cut short by two letters or more: ``physio``."""
    short, whole = sorted((one, other), key=len)
    return (
        len(short) >= _LEAST_BEGUN
        and len(whole) - len(short) >= _LEAST_LEFT_OUT
        and whole.startswith(short.removesuffix("s"))
        and not whole.endswith(SMALLER)
    )


def is_skeleton(one: str, other: str) -> bool:
    """Tell whether one word is the other without its vowels: ``pte``, ``pkg`` of ``parking``."""
    short, whole = sorted((one, other), key=len)
    if len(short) < _FEWEST_LETTERS or len(whole) - len(short) < _LEAST_LEFT_OUT:
        return False
    return len(whole) >= _LEAST_OF_WHOLE and (one + other).isalpha() and _drops(short, whole)


def is_initials(short: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Tell whether one word is the initials of several: ``pl`` for ``poids lourds``."""
    return len(short) == 1 < len(words) and short[0] == "".join(word[0] for word in words)


def is_one_stem(one: str, other: str) -> bool:
    """Tell whether two words differ in their ending only: ``fermee`` and ``fermeture``."""
    shared = 0
    for letter, same in zip(one, other, strict=False):
        if letter != same:
            break
        shared += 1
    return (
        shared >= _LEAST_STEM
        and bool(_FLEXION.match(one[shared:]))
        and bool(_FLEXION.match(other[shared:]))
    )


def _drops(short: str, whole: str) -> bool:
    """Tell whether the short word is the other's consonants in order (``pkg`` of ``parking``)."""
    body = short[:-1] if short[-1] in _LAST else short
    if short[0] != whole[0] or short[-1] != whole[-1] or not _VOWELS.isdisjoint(body[1:]):
        return False
    if len(body) < _LEAST_LEFT_OUT:
        return False
    left = iter(whole)
    return all(letter in left for letter in short)
