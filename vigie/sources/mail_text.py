"""What a letter says: subject, words, names of attachments, who sent it, whether a machine did.

Called by ``mail``. Pure; never opens an attachment, never loses a word that is not a quotation at
the end of a reply (and that stays in the post's payload).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any

from vigie.language import catalogue
from vigie.sources.plain_text import clean, from_html, one_line

_MOST_CHARACTERS = 100_000
"""Longest text of a letter; the rest stays in the payload."""
_MOST_PARTS = 200
_FALLBACKS = ("utf-8", "cp1252", "latin-1")
"""Tried where a letter's own charset is unknown or wrong. Latin-1 always answers."""
_PASSED_ON = re.compile(r"^\s*(?:fwd?|tr|i|wg)\s*:", re.IGNORECASE)
"""Subjects of forwarded letters in French, English, German: there the quotation is the news."""
_ATTRIBUTION = re.compile(
    r"^\s*(?:(?:le|on|am)\s.{5,200}(?:a\s+écrit|wrote|schrieb).{0,80}:"
    r"|-{2,}\s*(?:message d['’]origine|original message|message initial).{0,20}-{2,})\s*$",
    re.IGNORECASE,
)
"""Lines that mail programs write before a quotation. Source: Thunderbird, Gmail, Outlook."""
_HALF = re.compile("[\ud800-\udfff]")
_QUOTE = re.compile(r"^\s*>")
_SIGNS_OF_MACHINES = frozenset({"auto-replied", "auto-notified"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message as people read it.

    Attributes:
        text: Subject, words, names of attachments in brackets.
        message_id: Without blanks; empty if there is none.
        sender: Address in small letters; empty if there is none.
        sent_at: As the sender's clock says. Aware UTC.
        is_automatic: An absence note, a delivery report or the like.
    """

    text: str
    message_id: str
    sender: str
    sent_at: datetime | None
    is_automatic: bool


def letter_of(raw: bytes, *, language: str = "fr", is_cut: bool = False) -> Letter:
    """Read a message as it lies in the mailbox; whatever it is, never raises.

    Args:
        raw: The bytes, or their beginning.
        language: Of the words written in brackets.
        is_cut: Only the beginning was fetched.
    """
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    label = catalogue(language).say
    subject = one_line(_header(message, "Subject"))
    body, names = _contents(message)
    if _is_reply(message) and not _PASSED_ON.match(subject):
        body = _without_quotation(body)
    notes = [f"[{label('attachment: {name}', name=name)}]" for name in names]
    if is_cut:
        notes.append(f"[{label('the message is longer; the rest was not fetched')}]")
    text = "\n\n".join(part for part in (subject, body, "\n".join(notes)) if part)
    return Letter(
        text=clean(text[:_MOST_CHARACTERS]),
        message_id="".join(clean(_header(message, "Message-ID")).split())[:998],
        sender=_sender(message),
        sent_at=_sent_at(message),
        is_automatic=_is_automatic(message),
    )


def _header(message: EmailMessage, name: str) -> str:
    """A header's text; what cannot be parsed is read as it stands."""
    items = message.raw_items()
    raw = str(next((text for key, text in items if key.lower() == name.lower()), ""))
    if _HALF.search(raw):
        # Bytes beyond ASCII, which the parser of headers would replace.
        return _mended(raw)
    try:
        return str(message[name] or "")
    except Exception:  # the parser of headers raises many things for hostile ones
        return raw


def _mended(text: str) -> str:
    """Bytes beyond ASCII, which the parser of messages keeps as half surrogates."""
    if not _HALF.search(text):
        return text
    return _decoded(text.encode("utf-8", "surrogateescape"), "")


def _sender(message: EmailMessage) -> str:
    address = parseaddr(_header(message, "From"))[1]
    return one_line(address).casefold()[:320]


def _sent_at(message: EmailMessage) -> datetime | None:
    try:
        moment = parsedate_to_datetime(_header(message, "Date"))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def _is_automatic(message: EmailMessage) -> bool:
    """Whether a machine answered. Source: RFC 3834; RFC 3464 (delivery reports).

    ``auto-generated`` alone is no reason: alerts of services are written by machines as well.
    """
    said = _header(message, "Auto-Submitted").split(";")[0].strip().lower()
    kinds = (message.get_content_type(), str(_parameter(message, "report-type")).lower())
    return (
        said in _SIGNS_OF_MACHINES
        or kinds[0] == "multipart/report"
        or kinds[1] in {"delivery-status", "disposition-notification"}
        or _header(message, "Return-Path").strip() == "<>"
        or _header(message, "Precedence").strip().lower() == "auto_reply"
        or bool(_header(message, "X-Autoreply"))
    )


def _parameter(message: EmailMessage, name: str) -> Any:
    try:
        return message.get_param(name)
    except Exception:  # see ``_header``
        return ""


def _contents(message: EmailMessage) -> tuple[str, list[str]]:
    """The words (plain text before HTML) and the names of what is attached."""
    plain: list[str] = []
    rich: list[str] = []
    names: list[str] = []
    for number, part in enumerate(_parts(message)):
        if number >= _MOST_PARTS:
            break
        kind = part.get_content_type()
        name = _file_name(part)
        is_words = kind in {"text/plain", "text/html"} and not _is_attached(part, name)
        if is_words:
            text = _decoded(_bytes(part), str(_parameter(part, "charset") or ""))
            (plain if kind == "text/plain" else rich).append(text[:_MOST_CHARACTERS])
        elif name or kind != "text/html":
            names.append(one_line(name)[:120] or kind)
    words = "\n\n".join(clean(text) for text in plain if clean(text))
    return words or "\n\n".join(from_html(text) for text in rich), names


def _parts(message: EmailMessage) -> list[EmailMessage]:
    """The leaves; a letter enclosed in a letter is an attachment, not its words."""
    waiting: list[EmailMessage] = [message]
    found: list[EmailMessage] = []
    while waiting and len(found) < _MOST_PARTS:
        part = waiting.pop(0)
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting = [item for item in inner if isinstance(item, EmailMessage)] + waiting
        else:
            found.append(part)
    return found


def _is_attached(part: EmailMessage, name: str) -> bool:
    try:
        disposition = part.get_content_disposition()
    except Exception:  # see ``_header``
        disposition = None
    return disposition == "attachment" or bool(name)


def _file_name(part: EmailMessage) -> str:
    try:
        return _mended(part.get_filename() or "")
    except Exception:  # see ``_header``
        return ""


def _bytes(part: EmailMessage) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except Exception:  # an unknown or broken transfer encoding
        content = str(part.get_payload()).encode("utf-8", "surrogateescape")
    return content if isinstance(content, bytes) else b""


def _decoded(content: bytes, charset: str) -> str:
    """Text in the charset that the letter names, if it can be; else in the likeliest."""
    stated = charset.strip().lower().strip("\"'")
    if stated in {"us-ascii", "ascii", "iso-8859-1", "latin1", "latin-1"}:
        # Windows programs say Latin-1 and mean their own page; what is UTF-8 is nothing else.
        stated = ""
    for name in (stated, *_FALLBACKS):
        try:
            return content.decode(name) if name else content.decode("utf-8")
        except (LookupError, UnicodeError, ValueError):
            continue
    return content.decode("latin-1")


def _is_reply(message: EmailMessage) -> bool:
    return bool(_header(message, "In-Reply-To") or _header(message, "References"))


def _without_quotation(text: str) -> str:
    """The text without the quotation at its end, if what is left says anything.

    Only lines marked ``>`` behind a mail program's own introduction are taken out: what stands
    between or below quoted lines was written by the sender.
    """
    lines = text.split("\n")
    end = len(lines)
    while end and (not lines[end - 1].strip() or _QUOTE.match(lines[end - 1])):
        end -= 1
    if end == len(lines) or not any(_QUOTE.match(line) for line in lines[end:]):
        return text
    # An introduction may run over two lines: "Le 20 novembre …, X" / "<x@y> a écrit :".
    for length in (1, 2):
        begin = end - length
        if begin > 0 and _ATTRIBUTION.match(" ".join(lines[begin:end])):
            kept = "\n".join(lines[:begin]).rstrip()
            return f"{kept}\n[…]" if kept.strip() else text
    return text
