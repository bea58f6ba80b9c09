"""Why a source gave nothing, as a state and a sentence for the person who can act. Pure.

Made by the transport, told by ``collection.py``. A sentence names the host and nothing else of an
address: paths and queries may carry what is nobody's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus

from vigie.language import say
from vigie.records.barred import Barred
from vigie.records.health import SourceState
from vigie.sources.retry_times import wish_to_wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A request that gave no answer to read.

    Attributes:
        state: ``refused``, ``unreachable`` or ``malformed``.
        sentence: In plain words, without secrets.
        is_permanent: Asking again at once is useless.
        is_host_wide: The source's other requests would fare no better.
        is_own_budget: It was we who did not ask: the budget is spent.
        retry_at: Not to be asked before. Aware UTC.
        status: HTTP status of a refusing answer; 0 if there was none.
        body: Beginning of a refusing answer, for the connector's ``explain``; out of ``repr``.
        answered_at: When it came. Aware UTC.
        barred: Where the request would have led, if it was we who refused to go there.
    """

    state: SourceState
    sentence: str
    is_permanent: bool
    is_host_wide: bool = False
    is_own_budget: bool = False
    retry_at: datetime | None = None
    status: int = 0
    body: bytes = field(default=b"", repr=False)
    answered_at: datetime | None = None
    barred: Barred | None = None


def refusal(sentence: str, *, is_host_wide: bool = False, barred: Barred | None = None) -> Failure:
    """Return a refusal, ours (with where it would have led) or theirs."""
    return Failure(
        state="refused",
        sentence=sentence,
        is_permanent=True,
        is_host_wide=is_host_wide,
        barred=barred,
    )


def malformed(sentence: str) -> Failure:
    """Return an answer that is not what it should be."""
    return Failure(state="malformed", sentence=sentence, is_permanent=True)


def unreachable(sentence: str, retry_at: datetime | None = None) -> Failure:
    """Return a server that could not be spoken to, perhaps with its wish when to come back."""
    return Failure(
        state="unreachable",
        sentence=sentence,
        is_permanent=False,
        is_host_wide=True,
        retry_at=retry_at,
    )


def budget_spent(host: str, free_at: datetime) -> Failure:
    """Return that we did not ask, so as not to ask more often than agreed."""
    return Failure(
        state="refused",
        sentence=say(
            "The budget of requests to {host} is spent; the next one is free at {time} UTC.",
            host=host,
            time=f"{free_at:%H:%M:%S}",
        ),
        is_permanent=True,
        is_host_wide=True,
        is_own_budget=True,
        retry_at=free_at,
    )


def failure_of_status(
    status: int, headers: Mapping[str, str], host: str, now: datetime
) -> Failure | None:
    """Return what an HTTP status means for us, or None if the body is to be read.

    Args:
        status: Of the answer; redirects are dealt with before.
        headers: Names in lower case.
        host: Who answered.
        now: Aware UTC, for ``Retry-After``.

    Source: RFC 9110 §15; RFC 6585 §4 (429); RFC 7725 (451).
    """
    if status == HTTPStatus.NOT_MODIFIED or 200 <= status < 300:
        return None
    if status >= 500:
        sentence = say("{host} is out of order (HTTP {status}).", host=host, status=status)
        return unreachable(sentence, wish_to_wait(headers, now))
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return _too_many(host, wish_to_wait(headers, now))
    return _refused(status, host)


def _too_many(host: str, wait: datetime | None) -> Failure:
    sentence = say("{host} finds that we ask too often (HTTP 429).", host=host)
    if wait is not None:
        sentence = say(
            "{host} finds that we ask too often (HTTP 429); to be asked again at {time} UTC.",
            host=host,
            time=f"{wait:%H:%M:%S}",
        )
    return Failure(
        state="refused", sentence=sentence, is_permanent=True, is_host_wide=True, retry_at=wait
    )


def _refused(status: int, host: str) -> Failure:
    if status == HTTPStatus.UNAUTHORIZED:
        return refusal(
            say("{host} asks for a valid key or account (HTTP 401).", host=host), is_host_wide=True
        )
    if status == HTTPStatus.FORBIDDEN:
        return refusal(
            say("{host} forbids us this access (HTTP 403).", host=host), is_host_wide=True
        )
    if status == HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS:
        return refusal(say("{host} withholds this for legal reasons (HTTP 451).", host=host))
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        return refusal(
            say(
                "{host} no longer has anything at this address (HTTP {status}): "
                "correct the address in the convention.",
                host=host,
                status=status,
            )
        )
    return refusal(
        say("{host} does not accept the request (HTTP {status}).", host=host, status=status)
    )
