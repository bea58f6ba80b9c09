"""Which words of a text somebody says of themselves: a remark around what they pass on.

``j'y suis depuis 2 h`` holds a figure, and changes nothing of the road closure that it follows; a
call for help does, and never counts as a remark. Called by the signatures and by the dress. Pure;
must not compare two texts.
"""

from __future__ import annotations

from collections.abc import Sequence

_OWN = """j je jai jsuis jvais chui moi ma mon mes nous notre nos on suis perso toi tu tes ton ta te
bisous bises mdr lol ptdr putain purez puree bordel ouf zut helas pff pfff snif courage merci ben
bah eh hein punaise oh ah bravo honte desole desolee dieu degoute degoutee dingue
hallucinant g dire pensees prions priere soutien ras marre degoutant dingo fois photo photos video
videos retard"""
OWN_WORDS = frozenset(_OWN.split())
"""Words in which somebody speaks of themselves or to somebody. Source: usage in short messages."""

_HELP = """bloque bloques bloquee bloquees coince coinces coincee coincees secours aidez aide help
sos piege pieges piegee piegees prisonnier prisonniers blesse blesses blessee blessees noie noyes
toit sauvez mourir meurt brule evacuer inconscient inconsciente isole isoles isolee
isolees oxygene dialyse accouche enseveli ensevelie disparu disparue"""
CALLS = frozenset(_HELP.split())
"""Words that make of somebody's remark a call of its own."""
_COMFORTING = "courage pensees prie prions prieres soutien bravo pauvres"
COMFORT = frozenset(_COMFORTING.split())
"""Words with which people speak to those in need, not of themselves."""

_HAPPENING = """aussi pareil idem coupe coupee coupes inonde inondee inondes inondation eau feu
flammes fumee arbre arbres courant ferme fermee evacue evacuee evacues monte deborde tremble bouge
rafale vent neige verglas degats explosion accident gaz digue coulee rupture crue"""
HAPPENING = frozenset(_HAPPENING.split())
"""Words that, with a place, tell of something that happens there."""

_CASUALTIES = """mort morts blesse blesses blessee blessees disparu disparus disparue victime
victimes deces noye noyes enseveli ensevelis intoxique intoxiques hospitalise hospitalises urgences
evacue evacues evacuees"""
CASUALTIES = frozenset(_CASUALTIES.split())
"""Words whose figure is news whoever says it."""


def voiced(
    tokens: Sequence[str], is_clause_start: Sequence[bool], is_sentence_start: Sequence[bool]
) -> tuple[bool, ...]:
    """Return for each word whether somebody says it of themselves.

    It does from the clause on in which such a word stands, up to the end of the sentence.

    Args:
        tokens: Folded words in order, little words included.
        is_clause_start: Whether a mark parts a word from the one before it.
        is_sentence_start: Whether the mark ends a sentence.
    """
    told: list[bool] = []
    starts: list[int] = []
    for number, token in enumerate(tokens):
        if not number or is_clause_start[number]:
            starts.append(number)
        is_carried = bool(number) and told[-1] and not is_sentence_start[number]
        told.append(is_carried)
        if token in OWN_WORDS:
            told[starts[-1] :] = [True] * (number + 1 - starts[-1])
    return tuple(told)
