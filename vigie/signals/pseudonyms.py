"""Names for authors that name nobody.

Called wherever an author leaves the store. Pure; must not keep or make the key.
"""

from __future__ import annotations

import hashlib
import hmac

_HEX_DIGITS = 6


def pseudonym(author: str, key: bytes) -> str:
    """Return ``auteur-3f9a2c``: the same for the same author and key, and no way back without it.

    Source: HMAC-SHA256, RFC 2104; six hexadecimal digits tell the authors of one event apart.

    Raises:
        ValueError: If the key is empty.
    """
    if not key:
        raise ValueError("an empty key makes no pseudonym")
    said = author.strip().casefold().encode("utf-8", "surrogatepass")
    return f"auteur-{hmac.new(key, said, hashlib.sha256).hexdigest()[:_HEX_DIGITS]}"
