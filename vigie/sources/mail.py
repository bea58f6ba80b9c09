"""Mail: what people write to the team's mailbox, read by IMAP without marking anything as read.

Reads the container that ``transport_mail.py`` documents; in an exercise the simulated network gives
the same container over HTTP. Called through ``vigie.sources.registry``. Must not touch the network,
nor any other connector; never opens an attachment.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Annotated, Any, ClassVar, Final
from urllib.parse import quote

from pydantic import StringConstraints

from vigie.language import say
from vigie.records.collected import Cursor
from vigie.records.post import Post, PostKind
from vigie.sources.contract import (
    Answer,
    Fault,
    Mailbox,
    Page,
    Queries,
    Request,
    SourceContext,
    SourceGrade,
)
from vigie.sources.json_answer import NotJsonError, parse_json, payload_of
from vigie.sources.mail_text import Letter, letter_of

KIND: Final = "mail"
POST_KIND: Final[PostKind] = "message"
SOURCE_GRADE: Final[SourceGrade] = "F"

FORM = "vigie-mailbox-1"
"""Name of the container. Source: ``vigie/sources/transport_mail.py``."""

Folder = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]


class Params(Queries):
    """Which folder to read; account and password are secrets ``user`` and ``password``.

    Attributes:
        folder: As the server names it, accents and all.
    """

    schemes: ClassVar[tuple[str, ...]] = ("imaps", "imap")

    folder: Folder = "INBOX"


def first(
    params: Params, cursor: Cursor, source: SourceContext, since_at: datetime
) -> list[Request]:
    """Return one look into the folder, behind its mark (``UIDVALIDITY/UID``)."""
    mark = cursor.get(params.folder, "")
    return [_request(params, source, mark, since_at)]


def read(request: Request, answer: Answer, params: Params, source: SourceContext) -> Page:
    """Read one container of messages and ask for the next while there are more."""
    try:
        box = parse_json(answer.body)
    except NotJsonError:
        return _malformed()
    if not isinstance(box, dict) or box.get("form") != FORM:
        return _malformed()
    validity, items = box.get("uidvalidity"), box.get("messages")
    if not isinstance(validity, int) or not isinstance(items, list):
        return _malformed()
    posts: list[Post] = []
    faults: list[Fault] = []
    last = _after(request.floor)[1] if box.get("is_continued") is True else 0
    reached = last
    for item in items:
        uid = item.get("uid") if isinstance(item, Mapping) else None
        if not isinstance(uid, int):
            faults.append(Fault(say("A message of the mailbox has no number.")))
            continue
        reached = max(reached, uid)
        made = _post(item, answer, source, request.since_at)
        if isinstance(made, Post):
            posts.append(made)
        elif made is not None:
            faults.append(made)
    mark = f"{validity}/{reached}" if reached else ""
    has_more = box.get("has_more") is True and reached > last
    following = _request(params, source, mark, request.since_at) if has_more else None
    return Page(
        state="ok" if reached > last else "malformed" if faults else _quiet(request),
        posts=tuple(posts),
        faults=tuple(faults),
        next=following,
        cursor={params.folder: mark} if mark else {},
        seen_count=len(items),
    )


def _quiet(request: Request) -> Any:
    return "unchanged" if request.floor else "empty"


def _request(
    params: Params, source: SourceContext, mark: str, since_at: datetime | None
) -> Request:
    validity, last = _after(mark)
    plain = Request(
        url=source.address.rstrip("/"),
        chain=params.folder,
        floor=mark,
        since_at=since_at,
    )
    if source.address.startswith(("http://", "https://")):
        query = {"folder": params.folder, "uidvalidity": str(validity), "after": str(last)}
        return replace(plain, params=query)
    return replace(
        plain,
        url=f"{plain.url}/{quote(params.folder, safe='')}",
        mailbox=Mailbox(
            user=source.secrets.get("user", ""),
            password=source.secrets.get("password", ""),
            after=(validity, last),
        ),
    )


def _after(mark: str) -> tuple[int, int]:
    validity, _, last = mark.partition("/")
    if validity.isdecimal() and last.isdecimal() and len(mark) <= 30:
        return int(validity), int(last)
    return 0, 0


def _post(
    item: Mapping[str, Any], answer: Answer, source: SourceContext, since_at: datetime | None
) -> Post | Fault | None:
    """The post of a message; a fault if it is none; nothing if it is older than wanted."""
    number = item["uid"]
    raw = _raw(item.get("raw"))
    if raw is None:
        return Fault(say("Message {number} of the mailbox cannot be decoded.", number=number))
    received_at = _received_at(item.get("received"))
    if since_at is not None and received_at is not None and received_at < since_at:
        return None
    letter = letter_of(raw, language=source.language, is_cut=item.get("is_cut") is True)
    if letter.is_automatic or _is_own(letter, source):
        # A machine that answers us would otherwise talk with us for ever, in the crisis room.
        return Fault(
            say("Message {number} is an automatic reply or a report: not kept.", number=number)
        )
    return Post(
        source_key=source.key,
        source_id=source.id,
        native_id=letter.message_id or f"sha256:{hashlib.sha256(raw).hexdigest()}",
        kind=POST_KIND,
        text=letter.text,
        captured_at=answer.received_at,
        payload=_payload(raw),
        author=letter.sender or None,
        # A sender's clock may be anything; that of our own server is to be trusted.
        posted_at=_plausible(letter.sent_at, received_at),
        language=None,
    )


def _is_own(letter: Letter, source: SourceContext) -> bool:
    """Whether the mailbox writes to itself."""
    user = source.secrets.get("user", "").casefold()
    return bool(user) and "@" in user and letter.sender == user


def _plausible(sent_at: datetime | None, received_at: datetime | None) -> datetime | None:
    if sent_at is None or received_at is None:
        return sent_at or received_at
    return min(sent_at, received_at)


def _raw(value: Any) -> bytes | None:
    try:
        return base64.b64decode(value, validate=True) if isinstance(value, str) else None
    except (binascii.Error, ValueError):
        return None


def _received_at(value: Any) -> datetime | None:
    """``INTERNALDATE`` as aware UTC. Source: RFC 9051 §9, date-time."""
    if not isinstance(value, str):
        return None
    try:
        moment = parsedate_to_datetime(value.strip())
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _payload(raw: bytes) -> str:
    """The message as it arrived; Latin-1 gives back every byte that is no UTF-8."""
    try:
        return payload_of({"encoding": "utf-8", "raw": raw.decode("utf-8")})
    except UnicodeDecodeError:
        return payload_of({"encoding": "latin-1", "raw": raw.decode("latin-1")})


def _malformed() -> Page:
    sentence = say("The answer is not what a look into a mailbox gives.")
    return Page(state="malformed", faults=(Fault(sentence),))
