"""How Mastodon files a hashtag. Called by the material's proof and by the timelines. Pure."""

from __future__ import annotations

import unicodedata

_FOLDS = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d"})


def fold_tag(tag: str) -> str:
    """Return the form under which Mastodon files a hashtag: lower case, accents folded.

    Source: mastodon/mastodon ``app/lib/hashtag_normalizer.rb``.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", tag).lower())
    kept = "".join(c for c in plain if not unicodedata.combining(c)).translate(_FOLDS)
    return "".join(c for c in kept if c.isalnum() or c == "_")
