"""Words of French addresses: kinds of street, titles in their names, what is no name.

Called by ``addresses``. Data of the language, folded; must not decide anything.
Source: kinds and abbreviations after La Poste's norm NF Z10-011; the rest is usage.
"""

from __future__ import annotations

import re

from vigie.signals.first_names import FIRST_NAMES

_WORD = re.compile(r"\w+")

_KIND = re.compile(r"(\w+)(?:=(\w+))?")
STREET_TYPES: dict[str, str] = {
    short: full or short
    for short, full in _KIND.findall(
        """rue avenue av=avenue ave=avenue boulevard bd=boulevard bld=boulevard blvd=boulevard
place pl=place placette esplanade chemin che=chemin route rte=route impasse
imp=impasse allee allees=allee quai cours square sq=square passage ruelle venelle
sentier sente faubourg fbg=faubourg montee cote traverse promenade mail lotissement
residence hameau lieudit cite clos villa voie domaine parvis quartier"""
    )
}
"""Kind of street as people write it, folded, to its full word."""

WEAK_TYPES = frozenset(
    _WORD.findall(
        """cite clos cote cours domaine esplanade faubourg hameau lieu lieudit lotissement mail
montee parvis passage placette promenade quartier residence sente sentier traverse
villa voie"""
    )
)
"""Kinds that are other words as well, or no streets: they count only behind a house number."""

CONNECTORS = frozenset(_WORD.findall("""au aux d de des du l la le les"""))
SUFFIXES = frozenset({"bis", "ter", "quater"})
MONTHS = frozenset(
    _WORD.findall(
        """janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre"""
    )
)

FORENAMES_AND_TITLES = FIRST_NAMES.difference({"hugo"}) | frozenset(
    _WORD.findall(
        """abbe amiral anatole ancien ancienne aristide bas basse capitaine cardinal cdt
chanoine col colonel commandant cure docteur dr emile eveque ferdinand frere freres
gal general grand grande haut haute honore lieutenant mal marechal mere monseigneur
notre nouveau nouvelle pasteur pere petit petite president prof professeur rosa
saint sainte sergent soeur st ste vieil vieille vieux"""
    )
)
"""What stands before the word that names a street, so that one more word is read."""

COMMON_NAMES = frozenset(
    _WORD.findall(
        """abattoir abattoirs acacias caserne chapelle chateau cimetiere citadelle college
croix ecluse ecole ecoles egalite eglise fontaine fontaines forge forges fraternite
gare gendarmerie halle halles hopital lavoir liberte lilas lycee mairie marche
marronniers moulin moulins nation neuve paix peupliers piscine pont port ports poste
prairie pres principale remparts republique resistance roses stade tannerie
tanneries tilleuls tuilerie victoire vignes"""
    )
)
"""Names that streets bear everywhere: believed in small letters and without a number."""

NO_NAMES = frozenset(
    _WORD.findall(
        """a aide aider aidez alerte attention aujourd avec avenue barre barree barrees barres
bloque bloquee boulevard bourg car ce centre ces cet cette chemin chez circulation
communale communales cote coupe coupee coupees coupes dans degagee demain
departementale departementales depuis derriere deserte deux devant direction donc
dont eau eaux elle elles en encombree enfance enneigee entre est et etaient etait
fer ferme fermee fermees fermes forestiere glissante help hier hors ici il ils
impasse impraticable impraticables inonde inondee inondees inondes je jusqu leur
leurs libre ma mais meme merci mes metropolitaine mon nationale nationales ne ni nos
nous noyee on ou ouvert ouverte par parents pas pietonne place plus pour
praticable pres quand quartier que qui quoi route rouverte rue sa secours sera
seront ses si sinistree son sont sos sous stop submerge submergee sur svp ta tes ton
tous tout toute toutes trois tu un une urgence urgent vehicule vehicules verglacee
vers vicinale village ville voisin voisine voisines voisins vos votre vous"""
    )
)
"""Words that follow « rue » and name no street: the state of the road, people, small words."""

NO_NUMBER_AFTER = frozenset(
    _WORD.findall(
        """a autoroute bus cd d departementale depuis en h km ligne lignes m n nationale pk pr
rd rm rn t tram vers"""
    )
)
"""Before a figure: then it is a road's, a kilometre point's, a year, an hour, a bus line."""

CONTACT_CUES = re.compile(
    r"\b(?:contacts?|renseignements?|siege|mentions legales|adresse postale|inscriptions?"
    r"|accueil du public|nous ecrire|directeur de (?:la )?publication)\b[^.!?\n]*$"
)
"""An address behind these is a sender's, not that of what happened."""
