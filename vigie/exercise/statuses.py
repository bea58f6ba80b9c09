"""Turns a played post into the JSON that a Mastodon server would answer.

Called by ``networks``. Pure: ids come from the post's time, everything else from the material.
"""

from __future__ import annotations

import hashlib
import html
import re
from datetime import UTC, datetime
from typing import Any

from vigie.exercise.script import HASHTAG, Toot, resolve

SNOWFLAKE_SHIFT_BITS = 16
"""Milliseconds since 1970 stand above 16 bits of sequence.

Source: mastodon/mastodon ``lib/mastodon/snowflake.rb``.
"""
_ADDRESS = re.compile(r"https?://[^\s<>]+[^\s<>.,;:!?)»]")
_VISIBLE_LINK_CHARACTERS = 30


def snowflake(at: datetime, sequence: int) -> int:
    """Return the id of a post written ``at`` (aware), the ``sequence``-th (0 … 65535)."""
    milliseconds = int(at.timestamp() * 1000)
    return (milliseconds << SNOWFLAKE_SHIFT_BITS) | (sequence & 0xFFFF)


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _stable_number(text: str) -> str:
    return str(int.from_bytes(hashlib.sha256(text.encode()).digest()[:7], "big"))


def _link(match: re.Match[str]) -> str:
    """Show an address as Mastodon does: scheme and tail hidden, the middle readable."""
    address = match.group(0)
    scheme, _, rest = address.partition("//")
    shown, hidden = rest[:_VISIBLE_LINK_CHARACTERS], rest[_VISIBLE_LINK_CHARACTERS:]
    ellipsis = ' class="ellipsis"' if hidden else ""
    return (
        f'<a href="{address}" target="_blank" rel="nofollow noopener">'
        f'<span class="invisible">{scheme}//</span><span{ellipsis}>{shown}</span>'
        f'<span class="invisible">{hidden}</span></a>'
    )


def content_html(text: str, host: str) -> str:
    """Return a post's text as Mastodon's HTML: paragraphs, breaks, hashtags, hidden schemes."""

    def tag(match: re.Match[str]) -> str:
        name = match.group(1)
        address = f"https://{host}/tags/{name.lower()}"
        return f'<a href="{address}" class="mention hashtag" rel="tag">#<span>{name}</span></a>'

    def inline(piece: str) -> str:
        escaped = html.escape(piece, quote=False)
        parts: list[str] = []
        start = 0
        for match in _ADDRESS.finditer(escaped):
            parts.append(HASHTAG.sub(tag, escaped[start : match.start()]))
            parts.append(_link(match))
            start = match.end()
        parts.append(HASHTAG.sub(tag, escaped[start:]))
        return "".join(parts)

    paragraphs = re.split(r"\n\s*\n", text)
    return "".join(f"<p>{'<br />'.join(map(inline, p.splitlines()))}</p>" for p in paragraphs)


def _account(handle: str, instance_host: str) -> dict[str, Any]:
    name, host = handle.split("@")
    return {
        "id": _stable_number(handle),
        "username": name,
        "acct": name if host == instance_host else handle,
        "display_name": name.replace("_", " "),
        "locked": False,
        "bot": name.endswith("_bot"),
        "group": False,
        "note": "",
        "url": f"https://{host}/@{name}",
        "uri": f"https://{host}/users/{name}",
        "emojis": [],
        "fields": [],
    }


def status_json(
    post: Toot,
    *,
    instance_host: str,
    started_at: datetime,
    sequence: int,
    boosted: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return one Status.

    Args:
        post: What was written.
        instance_host: The server that shows it; accounts of other servers keep their host.
        started_at: Start of the play, aware.
        sequence: Rank of the post in its source, for the id's low bits.
        boosted: The Status that this one boosts, if any.
    """
    at = resolve(post.at, started_at)
    name, host = post.by.split("@")
    return {
        "id": str(snowflake(at, sequence)),
        "created_at": _iso(at),
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "sensitive": bool(post.warning),
        "spoiler_text": post.warning,
        "visibility": "public",
        "language": "fr",
        "uri": post.uri,
        "url": f"https://{host}/@{name}/{post.id}",
        "replies_count": 0,
        "reblogs_count": 0,
        "favourites_count": 0,
        "edited_at": None,
        "content": "" if boosted else content_html(post.text, instance_host),
        "reblog": boosted,
        "account": _account(post.by, instance_host),
        "media_attachments": [],
        "mentions": [],
        "tags": [
            {"name": tag.lower(), "url": f"https://{instance_host}/tags/{tag.lower()}"}
            for tag in post.tags
        ],
        "emojis": [],
        "card": None,
        "poll": None,
    }
