"""First names that French posts put before a surname, which may be a commune's name as well.

Called by ``surroundings``. Data of the language; must not decide anything.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"\w+")

FIRST_NAMES = frozenset(
    _WORD.findall(
        """abdel adam adele adrien agathe agnes ahmed aicha alain alban albert alexandra alexandre
alexis ali alice alicia alix aline alison amandine amelie amina amine anais andre andrea
ange angele angelique anita anna anne annie annick anthony antoine antonin apolline
ariane arlette armand arnaud arthur astrid aude audrey augustin aurelie aurelien aurore
axel axelle ayoub aziz baptiste barbara basile bastien beatrice benedicte benjamin
benoit bernadette bernard bertrand blandine boris brahim brigitte bruno camille candice
carine carla carole caroline catherine cecile cedric celia celine chantal charlene
charles charlie charlotte chloe christelle christian christiane christine christophe
claire clara clarisse claude claudia claudine clemence clement clementine clotilde
colette colin corentin corinne coralie cyril cyrille damien daniel daniele danielle
daphne david deborah delphine denis denise diane didier dimitri dominique dorothee dylan
edith edouard elena eliane elias elie eliott elisa elisabeth elise elodie eloise elsa
emilie emilien emma emmanuel emmanuelle enzo eric erika erwan estelle esteban ethan
etienne eugenie eva evelyne fabien fabienne fabrice fanny farid fatima fatou felix
fernand fiona flavie flora florence florent florian francine francis franck francois
francoise frederic frederique gabin gabriel gabrielle gael gaelle gaspard gaston
genevieve georges georgette gerald geraldine gerard germain ghislaine gilbert gilberte
gilles gisele gregoire gregory guillaume gustave guy gwenaelle hamza hassan helene henri
henriette herve hicham hortense hubert hugo hugues ibrahim ines irene iris isabelle
ismael jacky jacqueline jacques jade jamal jean jeanine jeanne jennifer jeremie jeremy
jerome jessica jimmy joel joelle johan johanna jonathan jordan jose joseph josephine
josette josiane joshua josselin jules julia julian julie julien juliette justin justine
kamel karim karima karine kelly kenza kevin khadija laetitia laura laure laurence
laurent laurie lea leila lena leo leon leonard leonie leopold liam lilian liliane lily
lina lionel lisa lise loic lola loris lou louane louis louise luc luca lucas lucie
lucien lucienne lucile ludivine ludovic lydia lydie madeleine mae maelle maelys magali
malik malo manon manuel marc marceau marcel marcelle margaux margot marguerite maria
marianne marie marielle marina marine marion marius marlene martial martin martine
maryse mathias mathieu mathilde mathis matteo matthias matthieu maud maurice maxence
maxime maya mehdi melanie melina melissa michael michel michele micheline mickael mila
mireille mohamed monique morgan morgane mounir muriel myriam nadege nadia nadine nael
naima nathalie nathan nicolas nicole nina nino noa noah noe noemie noel nolan nora nour
ophelie oceane odette odile olga olivia olivier oscar pascal pascale patrice patricia
patrick paul paula paulette pauline perrine philippe pierre pierrick quentin rachel
rachid raoul raphael raymond raymonde rayan rebecca regine regis remi remy renaud rene
renee richard robert robin rodolphe roger roland rolande romain romane romeo ronan
rosalie rose sabine sabrina sacha said salome samantha samia samir samuel sandra
sandrine sara sarah sebastien selma serge severine sidonie simon simone sofia solange
solene sonia sophie soraya stanislas stephane stephanie steve suzanne sylvain sylvie
tanguy tatiana teddy theo theodore therese thibault thibaut thierry thomas timeo tom
tony ugo ulysse valentin valentine valerie vanessa veronique victoire victor victoria
vincent virginie viviane wassim wilfried william xavier yacine yann yanis yannick
dorian kylian killian kilian yohan yoann johnny ludo seb nico fred greg max titi steph momo gege
dede
jojo mimi nono lulu roro juju manu chris flo gaby jerem ginette josy mado enora nolwenn yannis ilyes
rayane sofiane bilal adama mamadou moussa ousmane aminata fatoumata awa oumar abdou honore fernande
huguette yolande paulin octavie celestin celestine edmond edmonde ernest eugene firmin gaetan
ghislain
gwendal ivan jocelyn jocelyne judith kenny lorenzo luna maeva mallory melvin naim nelson nils orlane
owen pierrette priscilla rosa sylvette tiphaine titouan tristan violette walter yael zacharie angelo
yasmine youssef yves yvan yvette yvon yvonne zelie zineb zoe zohra"""
    )
)
"""Folded. Written by hand from the commonest first names in France."""
