"""Foreign towns and countries whose names French communes bear too: Vienne, Valence, Fribourg.

Called by ``mentions``. Data of the language; pure; must not know the gazetteer.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_WORD = re.compile(r"\w+")

_NAMES = frozenset(
    _WORD.findall(
        """valence vienne fribourg treves bruges mons florence rochefort cologne tournai liege
grenade rome milan venise gand namur geneve nancy sion montreux locarno turin pise
sienne parme modene cadix tolede cordoue porto lisbonne berne zurich lucerne aix spa huy
dinant bastogne ath neufchateau saint hubert montreal laval longueuil beauport perth
suisse argentine cuba orleans boston plymouth gibraltar alexandrie tripoli le caire
trois caire damas beyrouth bethleem jericho memphis carthage odessa moscou berlin hambourg"""
    )
)
_SIGNS = frozenset(
    _WORD.findall(
        """espagne espagnol espagnole espagnols espagnoles belgique belge belges suisse suisses
helvetique allemagne allemand allemande allemands autriche autrichien autrichienne
italie italien italienne italiens quebec quebecois canada luxembourg portugal angleterre
dana dreisam louisiane egypte liban syrie ukraine russie californie usa maroc algerie
tunisie flandre wallonie wallon etats unis bale lausanne geneve bruxelles barcelone
bilbao ostende anvers charleroi madrid milan munich francfort zurich"""
    )
)
ONLY_PROVED = frozenset(
    {
        "fribourg",
        "treves",
        "suisse",
        "cologne",
        "venise",
        "caire",
        "rome",
        "bresse",
        "champagne",
        "bourgogne",
    }
)
"""Small communes whose name nearly always means the foreign town."""


def is_abroad(name: str, said: Collection[str]) -> bool:
    """Tell whether a folded name means the foreign town, by the other folded words of the text."""
    return name in _NAMES and any(word in _SIGNS and word != name for word in said)
