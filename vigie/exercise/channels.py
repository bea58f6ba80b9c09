"""Turns played messages into what Bluesky, Telegram and YouTube answer.

Called by ``networks``. Pure: it knows the forms in which these services speak, and no connector.
Source: lexicon ``app.bsky.feed.searchPosts``; markup of ``t.me/s/`` pages; YouTube Data API v3,
``search.list``; shapes as in the connectors' recorded answers.
"""

from __future__ import annotations

import html
import json
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from vigie.exercise.hashtags import fold_tag
from vigie.exercise.script import HASHTAG, ChannelSource, Message, Play, resolve

_PATHS = {
    "bluesky": "xrpc/app.bsky.feed.searchPosts",
    "telegram": "s/{account}",
    "youtube": "youtube/v3/search",
}
_SINCE = {"bluesky": "since", "youtube": "publishedAfter"}
"""Parameter that leaves out what is older."""


def channel_answer(
    source: ChannelSource,
    path: str,
    params: Mapping[str, str],
    play: Play,
    wave: int,
    started_at: datetime,
) -> tuple[str, bytes] | None:
    """Return content type and body of an answer, or None where the service has no such page.

    Args:
        source: Whose messages they are.
        path: Below the source's address.
        params: Of the request; searches find what carries every word, or the hashtag.
        play: For the waves.
        wave: The wave (1 …).
        started_at: Start of the play, aware.
    """
    if path != _PATHS[source.kind].format(account=source.account):
        return None
    shown = [post for post in source.posts if play.wave_of(post.at) <= wave]
    shown = [post for post in shown if _is_found(post, source, params, started_at)]
    newest_first = sorted(shown, key=lambda post: post.at, reverse=True)
    if source.kind == "telegram":
        return "text/html; charset=utf-8", _telegram_html(source, newest_first[::-1], started_at)
    make = _bluesky_post if source.kind == "bluesky" else _youtube_video
    items = [make(source, post, started_at) for post in newest_first]
    body: dict[str, Any] = {"posts": items}
    if source.kind == "youtube":
        body = {"kind": "youtube#searchListResponse", "regionCode": "FR", "items": items}
    return "application/json; charset=utf-8", json.dumps(body, ensure_ascii=False).encode()


def _is_found(
    post: Message, source: ChannelSource, params: Mapping[str, str], started_at: datetime
) -> bool:
    since = params.get(_SINCE.get(source.kind, ""), "")
    if since and resolve(post.at, started_at) < datetime.fromisoformat(since):
        return False
    asked = params.get("q", "")
    if asked.startswith("#"):
        return fold_tag(asked[1:]) in {fold_tag(tag) for tag in HASHTAG.findall(post.text)}
    words = _bare(f"{post.title} {post.text}")
    return all(word in words for word in _bare(asked).split())


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


def _zulu(post: Message, started_at: datetime) -> str:
    return resolve(post.at, started_at).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _bluesky_post(source: ChannelSource, post: Message, started_at: datetime) -> dict[str, Any]:
    """A ``postView``. Source: lexicon ``app.bsky.feed.defs``."""
    at = _zulu(post, started_at)
    name = post.by.partition(".")[0]
    return {
        "uri": source.native_id(post),
        "cid": f"bafy{post.id}",
        "author": {
            "did": f"did:plc:{name}",
            "handle": post.by,
            "displayName": name.replace("-", " "),
        },
        "record": {
            "$type": "app.bsky.feed.post",
            "createdAt": at,
            "langs": ["fr"],
            "text": post.text,
        },
        "replyCount": 0,
        "repostCount": 0,
        "likeCount": 0,
        "quoteCount": 0,
        "indexedAt": at,
        "labels": [],
    }


def _youtube_video(source: ChannelSource, post: Message, started_at: datetime) -> dict[str, Any]:
    """A ``youtube#searchResult``: its signs are escaped as in HTML."""
    return {
        "kind": "youtube#searchResult",
        "etag": post.id,
        "id": {"kind": "youtube#video", "videoId": source.video(post)},
        "snippet": {
            "publishedAt": _zulu(post, started_at),
            "channelId": "UCdemonstration",
            "title": html.escape(post.title),
            "description": html.escape(post.text),
            "channelTitle": source.account,
            "liveBroadcastContent": "none",
        },
    }


def _telegram_html(source: ChannelSource, posts: Sequence[Message], started_at: datetime) -> bytes:
    """A page of the public preview, oldest first."""
    address = f"https://t.me/{source.account}"
    rows = "".join(_telegram_message(source, post, started_at) for post in posts)
    page = (
        "<!DOCTYPE html><html><head><title>Telegram</title></head><body>"
        '<div class="tgme_channel_info"><div class="tgme_channel_info_header_username">'
        f'<a href="{address}">@{source.account}</a></div></div>'
        f'<section class="tgme_channel_history js-message_history">{rows}</section></body></html>'
    )
    return page.encode()


def _telegram_message(source: ChannelSource, post: Message, started_at: datetime) -> str:
    number = source.number(post)
    at = _zulu(post, started_at)
    forwarded = ""
    if post.forwards:
        channel = html.escape(post.forwards.partition("/")[0])
        forwarded = (
            '<div class="tgme_widget_message_forwarded_from accent_color">Forwarded from '
            '<a class="tgme_widget_message_forwarded_from_name" '
            f'href="https://t.me/{html.escape(post.forwards)}">'
            f'<span dir="auto">{channel}</span></a></div>'
        )
    text = html.escape(post.text.strip()).replace("\n", "<br/>")
    return (
        '<div class="tgme_widget_message_wrap js-widget_message_wrap">'
        '<div class="tgme_widget_message text_not_supported_wrap js-widget_message" '
        f'data-post="{source.account}/{number}"><div class="tgme_widget_message_bubble">{forwarded}'
        f'<div class="tgme_widget_message_text js-message_text" dir="auto">{text}</div>'
        '<div class="tgme_widget_message_footer compact js-message_footer">'
        '<div class="tgme_widget_message_info short js-message_info">'
        '<span class="tgme_widget_message_meta"><a class="tgme_widget_message_date" '
        f'href="https://t.me/{source.account}/{number}"><time datetime="{at}" class="time"></time>'
        "</a></span></div></div></div></div></div>"
    )
