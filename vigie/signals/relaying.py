"""The dress that people put around what they pass on: who said it, "faites tourner", "vu sur".

Called by the gathering's signatures: none of this is part of the fact. Pure; must not take out a
figure, a place or a denial.
"""

from __future__ import annotations

import re

REPEATED = re.compile(r"\bRT\s{1,3}@[\w.@-]+\s?:?", re.IGNORECASE)
"""How a repetition by hand begins. Source: usage on Twitter and Mastodon."""

_WHERE = r"""(?:@[\w.@-]+|(?:un\s|une\s|le\s|la\s|l['’]\s?|mon\s|ma\s|les\s|d['’]\s?)?
(?:autre\s|autres\s)?(?:réseaux?|reseaux?|compte|page|groupe|fil|facebook|fb|twitter|x|mastodon|
insta|instagram|tiktok|whatsapp|telegram|snap|snapchat|bluesky|messenger|ici|web|internet|net)
(?:\s(?:d['’]à\scôté|sociaux|social))?)"""
_ATTRIBUTED = re.compile(
    rf"""\(\s*(?:(?:vue?s?|lue?s?|re[çc]ue?s?|trouvée?s?|repéré|partagée?|relayée?|repris|copié|
    message|info|infos|photo|source|merci|crédit|credit|d['’]après)\s{{0,2}}:?\s{{0,2}})?
    (?:chez|sur|via|par|de|à|dans|depuis)?\s{{0,2}}{_WHERE}\s*\)""",
    re.IGNORECASE | re.VERBOSE,
)
_VIA = re.compile(
    r"\b(?:via|cc|h/t|source\s?:|merci|vu\s(?:sur|chez)|lu\s(?:sur|chez)|d['’]après)\s{1,3}@[\w.@-]+",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"""[(\[]\s{0,2}(?:la\s|pour\s|une?\s|mes\s)?(?:photos?|vid[ée]os?|images?|cr[ée]dits?|sources?|infos?|
    message|msg|lire|suite|voir|communiqu[ée]|t[ée]moignage|article|dixit|selon|d['’]apr[èe]s)\b
    (?:(?!\b(?:à|a|au|vers|dans|entre)\s+[A-ZÀ-Þ])(?:[A-Za-z_]\d+|\d{1,2}\s?[h:]\s?\d{0,2}|[^)\]\d])){0,60}[)\]]""",
    re.IGNORECASE | re.VERBOSE,
)
"""``(photo : x)``, ``[lire la suite]``, ``(info mairie)``: whose it is, unless it names a place."""
_SOURCE = re.compile(
    r"(?:^|(?<=[.!?\n…]))\s{0,3}sources?\s?:\s?[^.!?\n\d]{1,40}[.!]?\s{0,3}$", re.IGNORECASE
)
_TEASER = re.compile(
    r"(?<=…)\s{0,3}(?:[(\[]\s?)?(?:\(?suite\)?|(?:lire|voir)\s(?:la\ssuite|plus|l['’]article)).{0,30}$",
    re.IGNORECASE,
)
_CALL = re.compile(
    r"""\b(?:(?:a|merci\sde|svp|pls|please|s'il\svous\splait)\s(?:lire\set\s)?(?:partager|relayer|
    diffuser|rt|retweeter|faire\s(?:tourner|suivre|passer))|faites?\s(?:tourner|suivre|passer|
    circuler)|partagez|relayez|diffusez|rt\s(?:svp|please|pls)|pls\srt|svp\srt|partage\smax|
    rt\smax|max\sde\srt)(?:\s(?:svp|please|pls|merci|a\stous|en\smasse|au\smax|massivement|
    autour\sde\svous))?\b""",
    re.VERBOSE,
)
_NO_DRILL = re.compile(
    r"\b(?:ce(?:ci|la)?|c|ca)\s?'?\s?(?:n'est|nest|est)\spas\sun(?:e)?\s(?:exercice|blague|fake|intox|rumeur)\b"
)
_MORE = re.compile(
    r"\b(?:lire|voir)\s(?:la\s|l')?(?:suite|plus|article|video)(?:\s(?:ici|en\scommentaire))?\b"
    r"|\bla\ssuite\s(?:ici|dans)\b|\ben\ssavoir\splus\b|\bplus\sd'infos?\b"
    r"(?:\s(?:a\svenir|a\ssuivre|ici|bientot|plus\stard|a\s\d{1,2}\s?h(?:\s?[0-5]\d)?|des\sque\spossible))?|\bsource\s?:?\s?\)"
)
_CUT_AND_SHARED = re.compile(
    r"(?:…|\.\.\.)\]?\s{0,3}(?=[#＃]|https?://)|(?<=\w)…\s{1,3}(?=[A-ZÀ-Þ])"
)
_LEAST_CUT_CHARACTERS = 60


def without_attribution(text: str) -> str:
    """Return the text without "(vu sur Facebook)", "(message de @x)", "via @x"."""
    bare = _VIA.sub(" ", _ATTRIBUTED.sub(" ", text))
    if "(" in bare or "[" in bare:
        bare = _CREDIT.sub(" ", bare)
    return _TEASER.sub(" ", _SOURCE.sub(" ", bare))


def without_calls(folded: str) -> str:
    """Return folded text without "faites tourner", "à partager svp": calls to pass it on."""
    return _NO_DRILL.sub(" ", _MORE.sub(" ", _CALL.sub(" ", folded)))


def split_at_share_mark(text: str) -> tuple[str, str]:
    """Return what a sharing tool cut short, and the comment after it; both empty if it did not.

    Only an ellipsis before a link or a hashtag is such a mark: people write ``...`` for breath.
    """
    found = _CUT_AND_SHARED.search(text)
    if not found or found.start() < _LEAST_CUT_CHARACTERS:
        return "", ""
    return text[: found.end()].strip(), text[found.end() :]


def begins_as_repeat(text: str) -> str:
    """Return the text without a leading ``RT @name:``."""
    repeated = REPEATED.match(text)
    return text[repeated.end() :].strip() if repeated else text
