"""Whether a text begins with a place as its label: ``Serres route coupée``.

Called by ``mentions``. A noun directly before another noun with its article is no French sentence,
but a label without its colon. Data of the language; pure; must not know the gazetteer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORD = re.compile(r"\w+")

_DETERMINERS = frozenset({"le", "la", "les", "l", "un", "une", "plus", "pas", "aucun", "aucune"})
_ARTICLES = frozenset({"le", "la", "les"})
_VERBS = frozenset(
    _WORD.findall(
        """sauve ferme passe passa touche tombe trouve joue mange reste cesse pleure casse laisse
appelle marche monte coupe garde ouvre entre montre chasse lance cause change aime vers sur sous
vive lis dis vois mets prends suis eu est a y is by rien tout toute tous toutes on mer pres contre
depuis apres avant dans pour avec par chez sans malgre selon moins plus lors pere mere fais fait
met mettent pend tend vend pense retire evite coute loue leve tire tourne pousse change range
appelles charge danse porte cherche sauvez fermez coupez brule meurt court die rue voila voici
charge bois sors dors mens sens vire pars livre range aide mange tiens viens donne envoie
commande baigne garde
presque jamais demain hier matin soir jour nuit nuits midi bonne bon belle beau fin aout avril mars
mai dimanche lundi mardi mercredi jeudi vendredi samedi bien mal merci bravo toujours"""
    )
)
"""Names of communes after which an article is plain French."""
_THINGS = frozenset(
    _WORD.findall(
        """route routes rue av avenue boulevard bd quai place pont centre bourg mairie ecole ecoles
college lycee gare hopital chu ehpad caserne gymnase port plage camping usine cave caves
digue explosion incendie feu inondation crue eboulement accident carambolage coupure
panne fuite conduite arbre arbres toit toits tuiles maison maisons ville village isole
isolee isoles coupe coupee inonde inondee evacue evacuee encercle encerclee submerge
submergee noye noyee prive privee bloque bloquee promenade jetee citadelle remparts
raffinerie calanques chateau piscine marche halles lotissement campus aeroport falaise
barrage ecluse quartier sirene sirenes ferry tram bus train alerte eau parking terminal
tunnel zone"""
    )
)
"""What a label without colon is followed by."""
_SMALL = frozenset({"plus", "pas", "aucun", "aucune", "un", "une"})
_COMMON = frozenset(
    _WORD.findall(
        """rue rues route routes bus gare port ports pont ponts mer sortie parc salle
salles place bains bois
chemin maison maisons cave caves ecole voie train mines foret plage ville village commune quartier
poste aire aires fontaine fontaines moulin moulins grange granges chapelle chateau ferme fermes
barrage colline tour tours cabane cabanes citerne terrasse jardin jardins chaussee camp champ champs
etang lac vanne vannes canal riviere rives terrasse eglise mairie chasse couches corps serre
serres"""
    )
)
"""Things of which a state is said: ``Rue coupée``."""
_STATES = frozenset(
    _WORD.findall(
        """isole isolee isoles coupe coupee inonde inondee evacue evacuee encercle
encerclee submerge
submergee noye noyee prive privee bloque bloquee"""
    )
)


def is_named_thing(folded: Sequence[str], at: int, length: int) -> bool:
    """Tell whether a text begins with a name and goes on with what lies or happens there."""
    following = folded[length] if length < len(folded) else ""
    return not at and (following in _THINGS or following in _ARTICLES or following == "l")


def is_label(folded: Sequence[str], at: int, length: int, *, is_word: bool = False) -> bool:
    """Tell whether a text begins with a name of which something is said at once.

    Args:
        folded: Folded words of the text.
        at: Index of the name's first word.
        length: Words of the name.
        is_word: It is also a word: ``Rue coupée``, ``Bois pas l'eau`` are sentences.
    """
    end = at + length
    if at or length > 2 or end + 1 >= len(folded) or folded[end - 1] in _VERBS:
        return False
    following = folded[end]
    if is_word and (following in _SMALL or folded[end - 1].endswith(("ons", "ez"))):
        return False
    if folded[end - 1] in _COMMON and following in _STATES:
        return False
    if following in _THINGS and (length == 1 or folded[at] in _ARTICLES):
        return True
    if following.isdigit():
        return folded[end + 1] in _THINGS
    return following in _DETERMINERS and folded[end + 1] not in ("de", "d", "du", "des")
