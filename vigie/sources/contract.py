"""What a connector is: plain requests and answers in, pages of posts out. All pure.

Written for the authors of ``vigie/sources/<kind>.py`` and for ``collection.py``, which drives them.
Knows no network, clock, file or environment.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from vigie.convention.model import Source
from vigie.records.barred import Barred
from vigie.records.collected import Cursor
from vigie.records.health import SourceState
from vigie.records.post import Post, PostKind

SourceGrade = Literal["A", "B", "C", "D", "E", "F"]
"""Reliability of a source. Source: Admiralty grading, first axis."""

_SECRET = re.compile(r"^\$\{env:([A-Z][A-Z0-9_]*)\}$")


class Queries(BaseModel):
    """What a connector's ``Params`` derive from: strict, frozen, no unknown keys."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A login that a request needs: opened once, kept in memory, prolonged rather than repeated.

    Two tokens in a JSON answer, sent as ``Authorization: Bearer``.

    Attributes:
        account: Who logs in where, without any secret; keys the kept tokens.
        open: Asks for the first tokens; carries the password in its body.
        refresh_url: Gets a POST with the refresh token, answers like ``open``.
        access_field: Name of the token that is sent with requests.
        refresh_field: Name of the token that prolongs the session.
        expired_errors: Values of ``error`` in a refusing JSON answer that mean: prolong and ask
            again; HTTP 401 always means it.
    """

    account: str
    open: Request = field(repr=False)
    refresh_url: str
    access_field: str
    refresh_field: str
    expired_errors: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """What a request to a mailbox (``imaps://host:port/FOLDER``) needs beside its address.

    Attributes:
        user: Name of the account; empty with ``password``: nothing is asked.
        password: Out of ``repr``.
        after: (UIDVALIDITY, UID) behind which messages are wanted; (0, 0) = from ``since_at`` on.
    """

    user: str
    password: str = field(repr=False)
    after: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One question to be sent: a GET, a POST where it has a body, or a look into a mailbox.

    Attributes:
        url: Address without the parameters below.
        params: Query parameters; never a secret (addresses are shown and kept).
        headers: May carry secrets, so it is kept out of ``repr``.
        chain: Name of the series of pages that this request belongs to; key of its cursor mark.
        floor: The chain's mark when the sweep began; empty if there was none.
        since_at: Aware UTC; nothing older is wanted by a first sweep.
        queue: Addresses still to be read in this chain, after this one.
        is_conditional: Send the validators of the last answer (ETag, Last-Modified).
        body: Not None makes it a POST of JSON; may carry secrets, so it is kept out of ``repr``.
        session: A login whose token is to be sent along.
        mailbox: The question goes to a mailbox by IMAP.
        carry: The connector's own note from page to page of a chain; never sent.
    """

    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    chain: str = ""
    floor: str = ""
    since_at: datetime | None = None
    is_conditional: bool = False
    body: bytes | None = field(default=None, repr=False)
    session: Session | None = None
    mailbox: Mailbox | None = None
    carry: str = ""
    queue: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, whole and decoded.

    Attributes:
        status: 200 … 299, or 304 with an empty body.
        headers: Names in lower case.
        body: After decompression, within the size limit.
        url: Where it finally came from, with parameters.
        received_at: Aware UTC.
        validators: (ETag, Last-Modified) for the next conditional request; empty if none.
        retry_at: Set when the source said that its allowance is used up until then. Aware UTC.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    received_at: datetime
    validators: tuple[str, str] = ("", "")
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing in an answer that could not be read, as a sentence for people."""

    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one answer held.

    Attributes:
        posts: What could be read.
        faults: The rest, named.
        next: The request that continues the chain, or None at its end.
        cursor: Marks to set once this page's posts are committed.
        seen_count: Items in the answer, kept or not.
        state: ``malformed`` or ``refused`` if the answer as a whole is not what it should be,
            even where some posts could be saved from it.
        barred: Addresses in the answer that the connector does not follow.
    """

    state: SourceState
    posts: tuple[Post, ...] = ()
    faults: tuple[Fault, ...] = ()
    next: Request | None = None
    cursor: Mapping[str, str] = field(default_factory=dict)
    seen_count: int = 0
    barred: tuple[Barred, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceContext:
    """What a connector may know of the source that it speaks for.

    Attributes:
        key: ``kind:address``.
        address: Base address; in an exercise that of its simulated network.
        secrets: Name to value; out of ``repr``.
        missing_variables: Environment variables that the convention names and that are not set.
        language: Language of the sentences that a connector writes itself (measurements).
        is_exercise: What sources mark as an exercise is then what is played.
    """

    id: str
    key: str
    address: str
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    missing_variables: tuple[str, ...] = ()
    language: str = "fr"
    is_exercise: bool = False

    @classmethod
    def of(
        cls,
        source: Source,
        environ: Mapping[str, str],
        language: str = "fr",
        *,
        is_exercise: bool = False,
    ) -> SourceContext:
        """Return the context of a convention's source, its ``${env:NAME}`` looked up.

        Args:
            source: As the convention writes it, already rebased in an exercise.
            environ: Where the secrets are; an empty value counts as unset.
            language: Code of the convention's language.
            is_exercise: Whether an exercise asks.
        """
        secrets: dict[str, str] = {}
        missing: list[str] = []
        for name, reference in source.secrets.items():
            match = _SECRET.match(reference)
            value = environ.get(match[1], "").strip() if match else ""
            if value:
                secrets[name] = value
            else:
                missing.append(match[1] if match else name)
        return cls(
            id=source.id,
            key=source.key,
            address=source.address,
            secrets=secrets,
            missing_variables=tuple(missing),
            language=language,
            is_exercise=is_exercise,
        )


class Connector(Protocol):
    """The names that every ``vigie/sources/<kind>.py`` defines at its top level."""

    KIND: str
    """The word that conventions write in ``kind``; equals the file's name."""
    POST_KIND: PostKind
    """Kind of its posts."""
    SOURCE_GRADE: SourceGrade
    """Reliability where the convention says nothing else."""
    Params: type[Queries]
    """What ``queries`` may hold."""

    def first(
        self, params: Queries, cursor: Cursor, source: SourceContext, since_at: datetime
    ) -> list[Request]:
        """Return the first request of each chain."""

    def read(
        self, request: Request, answer: Answer, params: Queries, source: SourceContext
    ) -> Page:
        """Read one answer; never raises for what a source may send."""
