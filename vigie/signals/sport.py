"""Whether a text reads like sport, where towns are teams: ``l'AJ Auxerre``, ``Clermont-Toulouse``.

Called by ``mentions``. Data of the language and small questions; pure; must not know the gazetteer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORD = re.compile(r"\w+")

_WORDS = frozenset(
    _WORD.findall(
        """buts match matchs ligue velodrome revanche mercato penalty penalties championnat
supporters fc psg om ol asse losc tribune victoire defaite poules tournoi handball rugby
coule basket jda dfco finale incline domicile relegable champion
championne champions entraineur gardien joueurs joueuses jouera"""
    )
)
_SURE = frozenset({"velodrome", "mercato", "psg", "buts", "jda", "derby", "dfco", "relegable"})
_SCORE = re.compile(r"\b\d{1,2}\s?[-–]\s?\d{1,2}\b(?!\s?(?:h|km|m|cm|ans|°))|⚽|🏉|🏀")
_CONTEST = re.compile(
    r"\b(?:Ligue\s[12]|Top\s?14|Pro\s(?:A|B|D2)|Coupe\sde\sFrance|Betclic|Starligue|Champions\sLeague)\b"
    r"|^\W*(?:Rugby|Foot(?:ball)?|Basket|Hand(?:ball)?|Volley|Hockey|Cyclisme)\s?[:|-]\s"
    r"|\b(?:Racing|Stade|Olympique|Girondins|Union\sSportive)\s(?:de\s)?[A-ZÀ-Ý]|[a-zà-ÿ]\sOlympique\b"
    r"|\b(?:a|ont)\s(?:encore\s|bien\s|enfin\s)?(?:perdu|gagné|battu)"
    r"(?:\s(?:contre|face|\d)|,|\sau\stennis)"
    r"|\b[Dd]uel\s[A-ZÀ-Ý]"
    r"|[a-zà-ÿ]\s(?:OSC|SC|AC|SG|FC|HB|BC|OC|XV|SCO|Foot|Basket|Hand|Handball|Rugby|Volley)\b"
    r"|\b(?:a|ont)\s(?:\w+\s)?battu\s[A-ZÀ-Ý]"
    r"|\b[A-ZÀ-Ý][\w-]+\s(?:perd|gagne|bat|s['’]incline|mène|menait)\s"
    r"(?:encore|enfin|\d|contre|face|à\sdomicile|à\sl['’]extérieur|[A-ZÀ-Ý])"
    r"|\b[A-ZÀ-Ý]\w+\s[-–]\s[A-ZÀ-Ý]\w+\s(?:report|annul|arrêt|ce\ssoir|en\sdirect|à\s\d)"
    r"|\b[A-ZÀ-Ý][\w-]+\s(?:joue|affronte|se\sdéplace\sà|reçoit\s[A-ZÀ-Ý])\b"
    r"|\b[A-ZÀ-Ý][\w-]+\s(?:rugby|basket|handball|volley|foot)\b"
    r"|\bcartons?\s(?:rouges?|jaunes?)\b|\b(?:les|des)\s(?:trois|deux)\spoints\b"
    r"|\b[A-ZÀ-Ý]\w+\s(?:perd|gagne)\sà\sla\b"
    r"|\b[A-ZÀ-Ý]\w+\s(?:champion|qualifié|éliminé|promu|relégué|en\s(?:demi-)?finale|mène\sau\sscore)"
    r"|\b[A-ZÀ-Ý]\w+\s[-–]\s[A-ZÀ-Ý]\w+\s\d|[a-zà-ÿ]\sBB\b|\bMontpellier\sHérault\b"
    r"|[a-zà-ÿ]\scontre\s[A-ZÀ-Ý]\w+\s(?:ce\ssoir|demain|samedi|dimanche)"
    r"|\b(?:AS|AJ|US|USM|FC|RC|SC|OGC|SCO|ASM|JDA|USO|HBC|EA|MHSC|USAP|CSP|UBB|LOU|"
    r"LOSC|ASVEL|ESTAC|EAG|HAC|SLUC|JL|CSBJ|PAUC|TFC|MHB|DFCO|SR|SM|RCT|UA|CA|SU|SO|GFC|BC|BCM|ESSM|SA|SMC|OC|UC|CSA|BO|ASSE|FCN|RCS|RCL)\s(?:d['’])?[A-ZÀ-Ý][\w’'-]+"
)
"""Names of contests, a heading, a club's letters before its town."""
_ENOUGH = 2


def is_about_sport(text: str, folded: Sequence[str]) -> bool:
    """Tell whether a text reads like sport.

    Args:
        text: As written: a club's letters are capitals.
        folded: Its folded words.
    """
    said = _WORDS.intersection(folded)
    if _SURE.intersection(folded) or _CONTEST.search(text):
        return True
    return len(said) + len(_SCORE.findall(text)) >= _ENOUGH
