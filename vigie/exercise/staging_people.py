"""What people and newsrooms publish in a scenario, as the networks' own sources.

Called by ``vigie.exercise.staging``. Pure.
"""

from __future__ import annotations

import re

from vigie.convention.model import Source
from vigie.exercise.inject_channels import ArticleContent, PostContent
from vigie.exercise.noise import NoisePost
from vigie.exercise.scenario import Scenario
from vigie.exercise.script import (
    Article,
    ChannelSource,
    FeedSource,
    MastodonSource,
    Message,
    Revision,
    Toot,
)
from vigie.exercise.staging_documents import Written
from vigie.exercise.timeline import ShownInject

FEED_WINDOW = 30
"""Items that a feed shows. Ours: what newsrooms commonly show."""
_ACCOUNT_CHARACTERS = re.compile(r"[^A-Za-z0-9_]")


def mastodon_source(
    scenario: Scenario, source: Source, own: list[ShownInject], noise: list[NoisePost]
) -> Written:
    """Return the posts of an instance: injects and background."""
    handles = {member.id: member.handle for member in scenario.cast}
    texts = {one.inject.id: one for one in own}
    host = f"{source.id}.example"
    posts = []
    for one in own:
        content = one.inject.content
        if not isinstance(content, PostContent):
            continue
        original = texts.get(content.boost_of or "")
        posts.append(
            Toot(
                id=one.inject.id,
                at=int(one.minute),
                by=_account(handles.get(one.inject.sender, ""), one.inject.sender, host),
                text=_text(original) if original else _with_media(content.text, one.inject.media),
                boost_of=content.boost_of if original else None,
            )
        )
    posts += [
        Toot(id=post.id, at=post.minute, by=f"{post.author}@{host}", text=post.text)
        for post in noise
    ]
    return Written(MastodonSource(kind="mastodon", id=source.id, host=host, posts=posts))


def feed_source(scenario: Scenario, source: Source, own: list[ShownInject]) -> Written:
    """Return a newsroom's or service's feed, with the corrections of its articles."""
    revised: dict[str, Revision] = {}
    items: list[tuple[str, int, ArticleContent]] = []
    for one in own:
        content = one.inject.content
        if not isinstance(content, ArticleContent):
            continue
        if content.revises is None:
            items.append((one.inject.id, int(one.minute), content))
        else:
            revised[content.revises] = Revision(
                at=int(one.minute), title=content.title, text=content.text
            )
    return Written(
        FeedSource(
            kind="rss",
            id=source.id,
            form="rss",
            title=source.name,
            host=f"{source.id}.example",
            window=FEED_WINDOW,
            items=[
                Article(
                    id=name,
                    at=at,
                    title=content.title,
                    text=content.text,
                    revised=revised.get(name),
                )
                for name, at, content in items
            ],
        )
    )


def channel_source(
    scenario: Scenario, source: Source, own: list[ShownInject], noise: list[NoisePost]
) -> Written:
    """Return the messages of Bluesky's search, a Telegram channel or YouTube's search."""
    handles = {member.id: member.handle for member in scenario.cast}
    names = {member.id: member.name for member in scenario.cast}
    messages = []
    for one in own:
        content = one.inject.content
        if not isinstance(content, PostContent):
            continue
        text = _with_media(content.text, one.inject.media)
        messages.append(
            Message(
                id=one.inject.id,
                at=int(one.minute),
                by=handles.get(one.inject.sender, "") if source.kind == "bluesky" else "",
                title=content.title
                or (names.get(one.inject.sender, "") if source.kind == "youtube" else ""),
                text=text,
            )
        )
    for post in noise:
        by = f"{post.author}.bsky.example" if source.kind == "bluesky" else ""
        messages.append(Message(id=post.id, at=post.minute, by=by, text=post.text))
    messages = [
        message.model_copy(update={"number": _number(message, messages)}) for message in messages
    ]
    channels = source.queries.get("channels") or [source.id]
    staged = ChannelSource.model_validate(
        {"kind": source.kind, "id": source.id, "account": str(channels[0]), "posts": messages}
    )
    return Written(staged)


def _number(message: Message, messages: list[Message]) -> int:
    """Number a message by its minute: what animators add or move leaves the others' as they are."""
    fellows = sorted(one.id for one in messages if one.at == message.at)
    return (message.at + 1) * 100 + fellows.index(message.id)


def _account(handle: str, sender: str, host: str) -> str:
    """Return a Mastodon account; the rules have proved that who posts there has one."""
    if "@" in handle:
        name, _, server = handle.partition("@")
        return f"{_ACCOUNT_CHARACTERS.sub('_', name)}@{server}"
    return f"{_ACCOUNT_CHARACTERS.sub('_', sender)}@{host}"


def _text(one: ShownInject) -> str:
    content = one.inject.content
    assert isinstance(content, PostContent)
    return _with_media(content.text, one.inject.media)


def _with_media(text: str, media: str) -> str:
    """A picture is played by its description, as one would read it in its alternative text."""
    return f"{text}\n[Image : {media}]" if media else text
