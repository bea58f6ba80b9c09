"""What stands before ``de Dijon`` and lies there: ``mairie de``, ``crue de``, ``habitants de``.

Called by ``mentions``. What else is "of" a town comes from it, plays for it or is called after it
(``fourme d'Ambert``, ``pucelle d'Orléans``) and tells no place. Data of the language; pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORD = re.compile(r"\w+")

_HEADS = frozenset(
    _WORD.findall(
        """village ville bourg bourgade commune hameau centre coeur secteur zone quartier cite
canton agglo agglomeration metropole communaute pays bassin vallee val plaine plateau
coteau colline hauteur haut bas bout entree sortie limite lisiere bord bordure berge
quai rive front abord ouest est nord sud cote pres proche proximite loin environ
alentour peripherie banlieue dessus dessous amont aval travers long large face arriere
km kilometre borne minute min lieue region arrondissement partir moitie reste partie
totalite ensemble niveau direction interieur exterieur gymnase salle stade piscine
camping mairie hopital chu clinique ehpad creche ecole maternelle college lycee
universite fac campus caserne gendarmerie commissariat prison centrale tribunal
prefecture poste gare aeroport aerodrome port marina plage digue barrage ecluse pont
passerelle viaduc tunnel carrefour peage echangeur rocade station usine entrepot depot
raffinerie silo chateau eglise cathedrale abbaye sanctuaire temple mosquee chapelle
cimetiere marche halle zenith theatre cinema musee mediatheque bibliotheque supermarche
magasin zi za zac foret bois etang lac riviere fleuve ruisseau canal baie anse golfe ile
presqu pointe phare falaise dune montagne massif mont vignoble sentier parking aire
refuge domaine ferme exploitation colombier residence lotissement immeuble maison rue
chemin accueil parc jardin kiosque fontaine decharge dechetterie transformateur captage
reservoir source antenne relais reseau sirene habitant riverain gens population famille
sinistre eleve maire mairesse adjoint elu pompier policier gendarme secours samu equipe
medecin infirmier pharmacien boulanger fermier agriculteur eleveur pecheur pecheuse cure
voisin copain voyageur touriste vacancier pitchoun enfant jeune agent personnel benevole
sauveteur plongeur marin chasseur viticulteur commercant proprietaire incendie feu crue
inondation explosion accident carambolage eboulement glissement avalanche coulee seisme
tempete orage grele tornade panne coupure fuite pollution nuage fumee evacuation
confinement collision deraillement alerte situation nouvelle photo video image info
information appel point celui celle ceux plutot venu venir vient revient arrive arriver
sortir sort rentre parti part quitte evacue sauve transfere deplace originaire
proviennent provenance depuis bouchee voile departementale nationale tour fort citadelle
rempart bouche embouchure confluent passage bac ferry appontement ponton chantier
carriere mine gouffre grotte col defile gorge cirque vallon combe ravin ravine pic puy
tete crete piste pas deux trois telesiege telecabine tout toute mere pere parent fille
fils soeur frere oncle tante quelqu cave toit clocher mur appart appartement studio
balcon garage cour grange toiture serre hangar batiment mobil bungalow tente sous"""
    )
)
_OF = frozenset({"de", "d"})
_JOINED = frozenset({"du", "des"})
_REACH = 3
"""An adjective or two stand between: ``centre hospitalier universitaire de Dijon``."""


def is_of_something(folded: Sequence[str], at: int) -> bool:
    """Tell whether a name hangs by ``de`` on a thing that does not lie there.

    Args:
        folded: Folded words of the text.
        at: Index of the name's first word.
    """
    if folded[at] in _JOINED:
        end = at
    elif at and folded[at - 1] in _OF:
        end = at - 1
    else:
        return False
    before = folded[max(0, end - _REACH) : end]
    return bool(before) and not any(
        word in _HEADS or word[:-1] in _HEADS or word[0].isdigit() for word in before
    )
