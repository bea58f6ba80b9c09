"""Names of communes that are also words, first names or rivers, and need evidence.

Called by ``places``. Data of the language; must not know the gazetteer.
"""

from __future__ import annotations

_WORDS = """
y eu is us by die rue job mer ver cos bar pin bus ham sens nuits bonne bonnes vif biere nice vert
faux fils grand grande mons pont ponts roche fosse fosses chaux paris jouy lens orange premieres
barges bard lux champs champ bois bras brie tours pierre port source croix forges moulin moulins
chateau eglise ville villes village bourg maison maisons route routes chemin place gare mairie
plage col val vals vaux mont monts fontaine fontaines riviere marais etang etangs lac lacs ile
iles foret forets plaine plaines colline vallee gorge gorges saint sainte notre dame nord sud est
ouest centre rouge rouges noir noire blanc blanche bleu ciel eau eaux feu feux vent neige glace
crue crues sable sables terre terres mine mines four fours tour mars avril mai aout auteur rions
allons dives baisse chat chats chien loup oiseau cheval boeuf vache porc coq canard poisson cure
cures larme larmes coupe coupes marche course sport sports but buts match jeu danger urgent alerte
secours aide merci bravo bien mal bon bons belle beau beaux vieux jeune fort forte haut haute bas
basse long longue court courte gros petite petit neuf neuve dix cent mille premier premiere
dernier derniere seul seule tout toute jour jours soir matin heure lundi mardi mercredi jeudi
vendredi samedi dimanche marie anne martin laurent simon paul jean jacques louis charles denis
michel andre bernard robert richard thomas nicolas vincent gilles benoit lucas hugo leo alex alan
albert remy roger rene georges julien maurice gaston victor arthur alban adrien aurelien urbain
marin marine aube aude loire marne seine saone creuse vienne isle indre orne somme oise var lot
tarn doubs cher ain sarthe orge yonne aire air auge ailes ancre anges antes arc arcs ars arts
asnieres aspect avance avion avions bains balle ballon banc bans barre barres base bassin bataille
baton bec bief blanches boule boulogne branches bray breche brion brosses bruyere bruyeres buisson
cabane cadet calais came camp camps cap cars carte cartes cause caves celle celles cerise chaise
chaises chambre chambres chapelle charge charmes chasse chassis chaussee chaume chaumes chaumont
chemise chene chenes chevres choix clairs cle clef cles clos commune compas comte conte contes
cormes corne corps cote cotes cou coude courant cours cousin couture creche crepes cretes creux
cruche cuisine cul culte cuve cuves dame dames date decize depot dole domaine dompierre dor dore
double doux drap drapeau droit eaux echelle ecole ecoles ecrin epargne epee epine epines essai
essarts etable etain etoile etoiles etroit failles fer ferme fermes fete fetes feuille feuilles
fiction fleur fleurs flots fond fonds fons force forge forme fosse foule fourche fours frais frene
front gap garde gardes gars gaz gazon genets gerbe glaciere gland goutte graine grains grane
grange granges gravier greve greves gris grotte groupe gue guerre guet habit haie haies hameau
herbe herbes hers heure houx hures idee image jardin jardins jars jarnac joie jons joue joux juif
jument jurer jury jussey jus lacs laine laines lame lampe landes langue lans lard large laver lieu
lieux ligne limite lion lions lit loge loges loi lors louer loups lourd lourdes lune mache magny
mail main mains maitre malade manche manoir mante marque mas massif mat melle mer messe metz meule
mieux milieu mission mode moissons monde montagne montant morts mouche mousse moyen mur murs
nation nations navette nef noce noces noix nonne nord nos notes nouvelle oie oies olive ombre once
ordre ores orgues orme ormes orne os oublie oui oust pain paix palais palme panne paradis parc
paris part parts pas passage passe passy patte pays peau pelouse penne perche perle pers piano
pied pieds pierres pile pins pis piste plan planche planches planes plat plats plein plomb plume
poil point pointe poids poire pomme pommes port porte portes poste poteau poules poussin prades
prairie pres presse preuve prix puits pure quai quart quartier queue quint race rade raie rampe
rang rans rare rate raves reaux recours regne reine repos reste revel revers rive rives robe roc
roche roches rois romain romans ronce ronde rose roses roue rougemont roure roux royal royaume
ruche ruelle ruisseau rupt sables sac sage saisons sale sales salle salles salon sang sangle sapin
sari sauge saule saules saut sceaux sel selle selles semelle sens serre serres seuil siege signes
sion soie soleil solitude somme son songe sorbier sorcier sore sort sortie souche souci soucy
source sous souris suite sur table taille talus tanche tarte tas taxe temple temps tence tendon
terrasse tertre tete theil tige tilleul toge toit tombe ton torche tordu touche tourbe tourne
tours traine trait tranche travers treize tribu trois trou trous tronc tuile turbine use val
vallon vals vannes leon lucie lucien aime clement claire constant felix ferdinand flavien gervais
guy herve honorine yvon yves leger maxime modeste octave parfait prosper sixte sylvain tristan
campagne courant bords roquefort epoisses cognac camembert munster buffon grignon
vaste veau veille velle venise vent verger vernes verre verrerie vers vert verte vie vieille
vielle vigne vignes villa vin vingt vire viviers voie voile voisins volcan volee vue yeux zone
hauteur hauteurs
"""
WORD_NAMES = frozenset(_WORDS.split())
"""Folded single-word names that a text can hold without meaning the commune. Written by hand from
the gazetteer's one-word names; in doubt a word stands here."""

MUST_BE_PROVED = frozenset({"y", "eu", "is", "us", "by", "ay", "o", "ri", "sens"})
"""Names so short or common that only a department, a postcode or "commune de" proves them."""
