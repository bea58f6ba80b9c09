"""Names of the French departments, as evidence of which homonym is meant.

Called by ``places``. Pure data; must not decide anything.
"""

from __future__ import annotations

from vigie.signals.normalisation import words

_NAMES = """01 Ain|02 Aisne|03 Allier|04 Alpes-de-Haute-Provence|05 Hautes-Alpes|06 Alpes-Maritimes
07 Ardèche|08 Ardennes|09 Ariège|10 Aube|11 Aude|12 Aveyron|13 Bouches-du-Rhône|14 Calvados
15 Cantal|16 Charente|17 Charente-Maritime|18 Cher|19 Corrèze|2A Corse-du-Sud|2B Haute-Corse
21 Côte-d'Or|22 Côtes-d'Armor|23 Creuse|24 Dordogne|25 Doubs|26 Drôme|27 Eure|28 Eure-et-Loir
29 Finistère|30 Gard|31 Haute-Garonne|32 Gers|33 Gironde|34 Hérault|35 Ille-et-Vilaine|36 Indre
37 Indre-et-Loire|38 Isère|39 Jura|40 Landes|41 Loir-et-Cher|42 Loire|43 Haute-Loire
44 Loire-Atlantique|45 Loiret|46 Lot|47 Lot-et-Garonne|48 Lozère|49 Maine-et-Loire|50 Manche
51 Marne|52 Haute-Marne|53 Mayenne|54 Meurthe-et-Moselle|55 Meuse|56 Morbihan|57 Moselle|58 Nièvre
59 Nord|60 Oise|61 Orne|62 Pas-de-Calais|63 Puy-de-Dôme|64 Pyrénées-Atlantiques|65 Hautes-Pyrénées
66 Pyrénées-Orientales|67 Bas-Rhin|68 Haut-Rhin|69 Rhône|70 Haute-Saône|71 Saône-et-Loire|72 Sarthe
73 Savoie|74 Haute-Savoie|75 Paris|76 Seine-Maritime|77 Seine-et-Marne|78 Yvelines|79 Deux-Sèvres
80 Somme|81 Tarn|82 Tarn-et-Garonne|83 Var|84 Vaucluse|85 Vendée|86 Vienne|87 Haute-Vienne|88 Vosges
89 Yonne|90 Territoire de Belfort|91 Essonne|92 Hauts-de-Seine|93 Seine-Saint-Denis|94 Val-de-Marne
95 Val-d'Oise|971 Guadeloupe|972 Martinique|973 Guyane|974 La Réunion|975 Saint-Pierre-et-Miquelon
976 Mayotte|977 Saint-Barthélemy|978 Saint-Martin|986 Wallis-et-Futuna|987 Polynésie française
988 Nouvelle-Calédonie"""
"""Source: INSEE, code officiel géographique."""

DEPARTMENTS: dict[str, str] = {
    entry.split(" ", 1)[0]: entry.split(" ", 1)[1] for entry in _NAMES.replace("\n", "|").split("|")
}
"""Code to name."""

DEPARTMENT_BY_WORDS: dict[tuple[str, ...], str] = {
    tuple(words(name)): code for code, name in DEPARTMENTS.items()
}
"""Folded words of a name to its code."""


def is_namesake(name: tuple[str, ...], department: str) -> bool:
    """Tell whether folded words are the name of the department: ``Gironde`` in the Gironde."""
    return DEPARTMENT_BY_WORDS.get(name) == department and department != "75"


_RIVERS_AND_TOWNS = frozenset({"75", "978", "977"})
"""Names that are a commune at the same time: no evidence of a department on their own."""

COMPOUND_DEPARTMENT_NAMES: dict[tuple[str, ...], str] = {
    name: code
    for name, code in DEPARTMENT_BY_WORDS.items()
    if len(name) > 1 and code not in _RIVERS_AND_TOWNS
}
"""Names that need no brackets: ``Côte-d'Or`` is no river, ``Marne`` and ``Loire`` are."""

OVERSEAS_NAMES: dict[str, str] = {
    "guadeloupe": "971",
    "martinique": "972",
    "guyane": "973",
    "mayotte": "976",
    "gwada": "971",
    "matinik": "972",
    "madinina": "972",
}
"""Names of one word that are evidence wherever they stand."""

ISLAND_NAMES: dict[tuple[str, str], str] = {
    ("saint", "barth"): "977",
    ("st", "barth"): "977",
    ("saint", "barthelemy"): "977",
    ("st", "barthelemy"): "977",
    ("saint", "martin"): "978",
    ("st", "martin"): "978",
}
"""Islands that share the names of villages: evidence where the territory is overseas."""

NO_RIVERS = frozenset(
    (name,)
    for name in (
        *("finistere", "morbihan", "calvados", "vaucluse", "jura", "savoie", "cantal", "lozere"),
        *("yvelines", "ardennes", "vosges", "landes", "vendee", "gironde", "manche", "nord"),
    )
)
"""Names of one word that ``dans le …`` makes a department: nobody falls into these."""
