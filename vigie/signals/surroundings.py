"""What stands around a name in a text, and says whether a place is meant. Pure.

Called by ``mentions``. Data of the language and small questions; must not know the gazetteer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from vigie.signals.first_names import FIRST_NAMES


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
_DESCRIBED = _set(
    "grand petit mont val vals pont port puy bois fort mas bourg haut bas col saintes deux"
)
_LONE = frozenset({"le", "la", "l"})
_OF_THINGS = frozenset({"un", "une", "mon", "ma", "mes", "ton", "ta", "son", "sa", "notre", "leur"})
_WAYS = _set(
    """rue rues route routes avenue av boulevard bd bld place chemin impasse faubourg quai
allee direction porte rocade echangeur club match supporters derby fc
football statue foire festival traite edit bataille stade equipe sens butte fort
quartier lotissement parc etang lac hameau combe col rn cours passage square
esplanade promenade terminus destination victoire defaite equipage rond"""
)
"""After these, ``de Dijon`` names a way, a school or a club, not where something happens."""
_NAMED_AFTER = _set(
    """lycee college ecole chapelle residence basilique clinique fondation cinema hotel garage
societe entreprise ets etablissements groupe cabinet paroisse eglise episode film chanson album
roman serie laboratoire tempete ouragan cyclone depression salle espace foyer complexe amphi
auditorium maternelle creche institut pharmacie boulangerie plan dispositif operation projet
affaire loi rapport
association collectif"""
)
"""Directly before a name these bear it, ``lycée Montchapet``; the ``lycée de Beaune`` is there."""
_PERHAPS_THERE = frozenset({"ecole", "college", "lycee", "eglise"})
"""In small letters people leave out ``de``: ``college genlis``."""
VEHICLES = _set(
    """car cars bus train trains ter tgv ligne lignes axe navette navettes liaison autoroute tram
intercites trajet route rn avion bateau ferry autocar bouchon bouchons"""
)
_MANNERS = frozenset({"facon", "style", "genre", "sauce", "mode", "specialite"})
_BORN = _set("ne nee nes nees vit vivait vivent habitait naquit grandi grandit")
"""``né à Lille`` tells of a person, not of an event."""
_GREAT = _set("grand grande petit petite haut haute vieux vieille nouveau nouvelle")
_FLIGHTS = frozenset({"vol", "vols"})
"""Of a flight the towns are its ends, and the fact is the weather somewhere."""
_BOUND_FOR = frozenset({"pour", "vers"})
_LINE_NUMBER = re.compile(r"[tlm]\d{1,2}")
WINES_AND_CHEESES = _set(
    """pommard meursault volnay chablis livarot roquefort cognac munster maroilles morbier comte
epoisses langres brie chaource beaufort abondance salers laguiole rocamadour pelardon bergues
valencay sancerre vouvray chinon fleurie julienas gigondas
vacqueyras bandol cassis pauillac margaux sauternes givry mercurey rully montagny monbazillac
banyuls rivesaltes limoux gaillac madiran jurancon pomerol fronsac camembert santenay monthelie
savigny puligny chassagne gevrey fixin marsannay tonnerre irancy arbois macon beaujolais vichy
bergerac saumur cahors vittel volvic evian thonon contrexeville
nougat crottin neufchatel cantal reblochon coulommiers"""
)
"""Communes whose name in small letters, after an article, is what they make."""
_BEFORE_A_DRINK = frozenset({"de", "petit", "bon", "grand", "vieux", "autre"})
_PRODUCTS = _set(
    """vin vins moutarde bouteille bouteilles verre verres plateau fromage fromages fromagerie
caisse caisses jambon saucisson biere bieres pot cru crus nonnettes savon dentelle
porcelaine couteau couteaux calissons melon melons piment huitres noix pruneaux kir pain
pastis saucisse saucisses andouille andouillette quiche nougat beurre brie menu epices
rhum whisky liqueur creme champagne chocolat gateau cocos coco parapluie parapluies betises
brandade agneau
agneaux tapisserie tapisseries palette palettes pack packs escargots poulet poulets poularde
ail oignons fraises mirabelles cerises carottes asperges lentilles rillettes tripes galettes
bergamotes dragees faience cristal violettes gants coutellerie macarons pralines boudin"""
)
_OF = frozenset({"de", "d", "du", "des"})
_TO_THE = frozenset({"au", "aux"})
_AT_PLACES = frozenset({"a", "en"})
OFFICES = frozenset({"commune", "communes", "ville", "mairie", "village", "bourg", "gare"})
_RELATIVE = _set(
    """ouest est nord sud pres proche proximite km kms bornes kilometres minutes canton vers
environs depuis loin region arrondissement agglo cote sortie pas chemin minute alentours
peripherie"""
)
"""Before a name these say that the fact lies beside it, or on the way to it."""
_TITLES = _set(
    """m mr mme mlle monsieur madame mademoiselle dr docteur docteure me maitre capitaine
commandant colonel lieutenant adjudant sergent president presidente prefet prefete
professeur abbe pere soeur famille herr frau mister don dona aumonier juge senateur senatrice chef
brigadier caporal caporale
commissaire infirmier infirmiere kine coach directeur directrice veuve sieur depute deputee
ministre cardinal eveque"""
)
_KIN = _set(
    """tante oncle tonton tata cousin cousine ami amie copain copine soeur frere voisine voisin
collegue niece neveu chien chienne chat chatte cheval jument poney tante oncle bebe maman papa
mamie papi mamy mami papy meme pepe tatie parrain marraine belle-soeur riviere ravine ruisseau
torrent"""
)
"""Directly before a name: a person or a stream that bears it."""
_JOINING = re.compile(
    r"^(?:[-‑](?=\w)|\s(?:sur|sous|l[eè]s|en)[\s-](?=[A-ZÀ-Ý])|\s?d['’](?=[A-ZÀ-Ý]))"
)
_IN_DEPARTMENT = re.compile(
    r"^\sen\s(?:[A-ZÀ-Ý]\w*-\w+|Ard[eè]che|Gironde|Vend[ée]e|"
    r"Charente|Corse|Savoie|Is[eè]re|Loz[eè]re|Moselle|Dordogne|Bourgogne|Bretagne|Normandie|Alsace|"
    r"Lorraine|Provence|Guadeloupe|Martinique|Guyane|Gwada|Matinik|France|Franche|Auvergne|Occitanie|Champagne)"
)
"""``Poisson en Saône-et-Loire``: not a part of the name, as in Semur-en-Auxois."""
_QUARTER = re.compile(
    r"^[-‑](?:plage|ville|bourg|centre|gare|port|village|est|ouest|nord|sud)\b", re.IGNORECASE
)
"""What joined to a name is still in the commune."""
_DATELINE = re.compile(
    r"^\s?(?::|\((?:\d|[àa]\s|au\s|pr[èe]s\s)|"
    r",\s(?!mon|ma|mes|le gars|je|tu|il|elle|on\b|nous|vous))"
)
_LYING = re.compile(r"^,\s(?:en|dans|entre|près|baie|canton)\b")
_LIST = re.compile(r"^,\s[a-zà-ÿ]+(?:,\s[a-zà-ÿ]+\s?(?:[:,.]|et\b|$)|\s(?:et|ou)\s)")
"""``Bois, eau, pain : il manque de tout``."""
_HEADINGS = _set(
    """source sources cause lieu rue rues route routes bus gare port ports pont ponts mer eau
eaux vent
neige sortie parc salle salles place secours urgent danger dangers alerte info point nuits jour
bains
bois vers chemin maison maisons cave caves ecole voie train mines panne pannes marche foret plage
ville village commune quartier chats chiens objet cours messe fete sport foire poste aire aires cure
couches corps fosse fosses mars vent feux sens"""
)
"""Common words before a colon: ``Source : AFP`` files nothing under Source."""
_VILLAGE = re.compile(
    r"^,?\s(?:c'est\s)?(?:le|la|un|une)\s(?:petit\s|petite\s)?(?:village|ville|commune)\b"
)
_AGE = re.compile(r"^,?\s\(?\d{1,3}\sans\b")
_SURNAME = re.compile(r"^\s[A-ZÀ-Ý][a-zà-ÿ]")
_ADDRESSED = re.compile(
    r"^,\s(?:arr[êe]te|viens|reviens|reste|calme|[ée]coute|dis|r?appelle|rentre|tiens\sbon|r[ée]ponds|t['’]|tu\b)"
    r"|^\s(?:Handball|Basket|Foot\b|Football|Rugby|Volley|Olympique)"
)
EVENTS = _set(
    """alerte incendie incendies feu feux inondation inondations crue explosion accident carambolage
    seisme eboulement glissement avalanche coulee orage orages tornade panne coupure evacuation
    evacues confinement sinistres secours urgence urgent fuite pollution effondrement"""
)
"""Before ``à Nice`` these say that it happens there, however far it is."""
PRAYERS = _set(
    """esprit patron benis pitie disait priez prie priere protege protegez veillez saints
neuvaine cierge"""
)
"""Of a saint who is asked for help."""
_CAPITAL_BEFORE = re.compile(r"(?<!\w)[A-ZÀ-Ý][a-zà-ÿ-]+\s$")
_YEAR = r"(?:19\d\d|20[01]\d|202[0-4]|[5-9]\d)"
_YEAR_AFTER = re.compile(
    r"^(?:(?!comme|qu['’])[^.;:!?,]){0,20}\ben\s" + _YEAR + r"\b(?!\s?(?:h|km|m|%|min))"
)
_LONG_AGO = re.compile(
    r"^[^.;:!?]{0,20}\b(?:l['’]an\sdernier|l['’](?:été|hiver)\sdernier|il\sy\sa\s\w+\sans|"
    r"à\sl['’]époque|que\s(?:chez\s)?nous|jadis|autrefois|dans\sles\sannées)"
)
_LONG_BEFORE = re.compile(
    r"\b[Ii]l\sy\sa\s\w+\sans\b[^.;!?]{0,20}\s$"
    r"|\b(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)\s"
    r"(?:19\d\d|20[01]\d)\b[^.;!?]{0,40}$"
    r"|\b(?:[Ll]['’]an\sdernier|[Ll]['’](?:été|hiver)\sdernier|[Ii]l\sy\sa\s\w+\sans|[Jj]adis|[Aa]utrefois),?"
    r"\s(?:à|a|au|aux)\s$"
)
_YEAR_AT_ONCE = re.compile(
    r"^,?\s\(?(?:19\d\d|20[01]\d)\b(?!\s?(?:h|km|m|%))"
    r"|^\s(?:[5-9]\d|[’']\d\d)\b[^.]*\b(?:souv|rappel|oubli)"
)
_YEAR_BEFORE = re.compile(r"\b(?:[Ee]n|[Dd]e|[Dd]epuis)\s" + _YEAR + r",?\s(?:à|a|au|aux)\s$")
_REMEMBERED = re.compile(
    r"\b(?:comme\s(?:à|a|au|aux|pour)|m[eê]me\s(?:à|a|au)|qu['’](?:à|a|au)|jusqu['’](?:à|a|au)|pire\sque|on\sdirait|"
    r"rien\sà\svoir\savec|bises?\sà|contre|souven\w+(?:-vous)?|souviens\w*(?:-toi)?|(?:me|nous)\srappelle|"
    r"se\scroi(?:rai)?t|ambiance|version|digne|un\sair|bienvenue|pas\sencore|rappelez-vous)\b(?:[^.;:!?]*,\s|\s)?(?:de\s|à\s|a\s|d['’]|du\s|au\s)?$",
    re.IGNORECASE,
)
_POSTCODE_DIGITS = 5
_NUMBER = re.compile(
    r"^\s?[,(-]?\s?(\d{2,3}|2[AB]|97[1-6]\d{2}|(?:0[1-9]|[1-8]\d|9[0-5])\d{3})\b(?!\s?(?:h|km|m|cm|ans|pers|maisons|%|€|°|[.,:]\d|\w))"
)


def department_number(after: str) -> str:
    """Return the department code that follows a name (``Quincey 70``), or nothing."""
    found = _NUMBER.match(after)
    if found is None:
        return ""
    is_postcode = len(found[1]) == _POSTCODE_DIGITS
    return found[1][: 3 if found[1].startswith("97") else 2] if is_postcode else found[1]


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
    if found is None or _LIST.match(after):
        return False
    if len(name) == 1 and name[0] in _HEADINGS:
        return found[0].strip().startswith("(") or bool(_LYING.match(after))
    return found[0].strip() != "," or not FIRST_NAMES.intersection(name)


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
    is_at = last in _AT_PLACES or folded[at] in _TO_THE
    is_way = _WAYS.intersection(near) and "mi" not in before
    if not is_at and (is_way or _PRODUCTS.intersection(before)):
        return True
    if _is_borne(before, is_capital=is_capital):
        return True
    if last in CONTRACTED and folded[at] not in _DESCRIBED:
        return True  # "du Cahors": a wine; "du Creusot" is looked up with its article.
    if last in _OF_THINGS or _is_named_otherwise(folded, at, before, is_capital=is_capital):
        return True
    if len(before) > 1 and before[-2] in _OF_THINGS and last in _BEFORE_A_DRINK - _OF:
        return True  # "un petit Fitou"
    return (last in _LONE or (is_capital and last == "les")) and folded[at] not in ARTICLES


def _is_borne(before: Sequence[str], *, is_capital: bool) -> bool:
    """Tell whether a person, a stream, a flight, a recipe bears the name: ``façon Beaune``."""
    last = before[-1] if before else ""
    if last in _TITLES or last in _KIN or last in _MANNERS:
        return True
    if is_capital and (last in FIRST_NAMES or last in _GREAT):
        return True  # "le Grand Carbet": a river, a quarter.
    if last == "a" and len(before) > 1 and before[-2] in _BORN:
        return True
    return last != "a" and bool(_FLIGHTS.intersection(before))


def _is_named_otherwise(
    folded: Sequence[str], at: int, before: Sequence[str], *, is_capital: bool
) -> bool:
    """Tell whether a vehicle's end, a product or a house's name is meant: ``lycée Montchapet``."""
    last = before[-1] if before else ""
    if _is_bound_for(before) or _LINE_NUMBER.fullmatch(last):
        return True
    if not is_capital and _is_made(folded, at):
        return True
    return last in _NAMED_AFTER and (is_capital or last not in _PERHAPS_THERE)


def _is_bound_for(before: Sequence[str]) -> bool:
    """Tell whether a vehicle's end is named next: ``le car pour …``, ``tgv 6704 vers …``."""
    return bool(before) and before[-1] in _BOUND_FOR and bool(VEHICLES.intersection(before))


def _is_made(folded: Sequence[str], at: int) -> bool:
    """Tell whether a name in small letters is a wine or a cheese: ``on trinque au pommard``."""
    word = folded[at + 1] if folded[at] in CONTRACTED and at + 1 < len(folded) else folded[at]
    last = folded[at - 1] if at else ""
    return word in WINES_AND_CHEESES and (
        folded[at] in CONTRACTED or last in CONTRACTED or last in _LONE or last in _BEFORE_A_DRINK
    )


def is_person(text: str, start: int, end: int, name: Sequence[str]) -> bool:
    """Tell whether a name is a person's: ``Aïcha Nolay, 9 ans``, ``Josselin Le Gall``.

    Or a club's: ``merci à Béziers Handball``.
    """
    after = text[end : end + 24]
    if len(name) == 1 and name[0] in FIRST_NAMES and _SURNAME.match(after):
        return True
    if _ADDRESSED.match(after):
        return True
    return bool(_AGE.match(text[end : end + 12]) and _CAPITAL_BEFORE.search(text[:start][-25:]))


def is_past(text: str, start: int, end: int) -> bool:
    """Tell whether a name stands for what once happened there: ``comme à Vaison en 92``."""
    before, after = text[max(0, start - 60) : start], text[end : end + 32]
    if _LONG_BEFORE.search(before) or _REMEMBERED.search(before) or _LONG_AGO.search(after):
        return True
    year = _YEAR_AFTER.match(after) or _YEAR_BEFORE.search(before) or _YEAR_AT_ONCE.match(after)
    return year is not None


def is_titled(said: str, name: Sequence[str]) -> bool:
    """Tell whether article and word both bear capitals, which a thing has not: ``Le Tampon``."""
    return (
        len(name) > 1
        and name[0] in ARTICLES
        and said[0].isupper()
        and not said.isupper()
        and said[-1].islower()
        and all(part[0].isupper() for part in re.findall(r"\w+", said))
    )


def is_relative(folded: Sequence[str], at: int) -> bool:
    """Tell whether the text says "near", "north of", "between" of a name."""
    return bool(_RELATIVE.intersection(folded[max(0, at - 3) : at]))
