"""Rules of sources and checks: known kinds, valid queries and params, rhythm and budget. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Protocol, cast
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError

from vigie.convention.document import Breach, Document, Path
from vigie.convention.explanation import explain
from vigie.convention.registry import Registry
from vigie.convention.wording import choose_among, shown
from vigie.language import say


def kinds_and_queries(document: Document, registry: Registry) -> Iterable[Breach]:
    """Each source is of an installed kind, and its queries are what that kind understands."""
    for at, source in document.mappings("sources"):
        path: Path = ("sources", at)
        yield from _proved(document, path, (source, "kind", "queries"), registry.sources)


def checks_and_params(document: Document, registry: Registry) -> Iterable[Breach]:
    """Each check is installed, and its params are what it understands."""
    for at, check in document.mappings("checks"):
        path: Path = ("checks", at)
        yield from _proved(document, path, (check, "check", "params"), registry.checks)


def _proved(
    document: Document,
    path: Path,
    named: tuple[Mapping[str, object], str, str],
    models: Mapping[str, type[BaseModel]],
) -> Iterable[Breach]:
    item, name_key, values_key = named
    name, values = item.get(name_key), item.get(values_key, {})
    if not isinstance(name, str):
        return
    if name not in models:
        yield Breach(
            (*path, name_key),
            say("There is no source of the kind '{name}'.", name=shown(name))
            if name_key == "kind"
            else say("There is no check '{name}'.", name=shown(name)),
            choose_among(name, models),
        )
    elif isinstance(values, Mapping):
        try:
            models[name].model_validate(values)
        except ValidationError as error:
            errors = error.errors(include_url=False)
            yield from explain(errors, models[name], document, (*path, values_key))


_WEB = ("http", "https")
_MINUTES_OF_DAY = 1440


def addresses_fit_kinds(document: Document, registry: Registry) -> Iterable[Breach]:
    """A mailbox's address is imaps://…, every other source's http(s)://…."""
    for at, source in document.mappings("sources"):
        address, shape = source.get("address"), registry.sources.get(str(source.get("kind")))
        if not isinstance(address, str) or shape is None or "://" not in address:
            continue
        schemes = cast("tuple[str, ...]", getattr(shape, "schemes", _WEB))
        if address.split("://", 1)[0] not in schemes:
            yield Breach(
                ("sources", at, "address"),
                say("A source of the kind '{kind}' has no such address.", kind=source["kind"]),
                say(
                    "Begin it with {scheme}://.", scheme=schemes[0] if schemes != _WEB else "https"
                ),
            )


class _Allowed(Protocol):
    """What a kind's params may offer: calls of one sweep, and how many a day its service allows."""

    allowance: tuple[int, int]


def allowances_carry_cadences(document: Document, registry: Registry) -> Iterable[Breach]:
    """A service that counts calls a day is not asked more often than they last."""
    for at, source in document.mappings("sources"):
        shape, cadence = (
            registry.sources.get(str(source.get("kind"))),
            source.get("cadence_minutes"),
        )
        if shape is None or not hasattr(shape, "allowance") or not _is_count(cadence):
            continue
        try:
            params = shape.model_validate(source.get("queries", {}))
        except ValidationError:
            continue
        calls, allowed = cast(_Allowed, params).allowance
        least = -(-_MINUTES_OF_DAY * calls // allowed)
        if cast(int, cadence) < least:
            yield Breach(
                ("sources", at, "cadence_minutes"),
                say(
                    "The service allows {allowed} calls a day, one sweep makes {calls}.",
                    allowed=allowed,
                    calls=calls,
                ),
                say("Write cadence_minutes: {least} or more, or ask for less.", least=least),
            )


def silence_after_cadence(document: Document, _registry: Registry) -> Iterable[Breach]:
    """A source is not called silent before it was asked a second time."""
    for at, source in document.mappings("sources"):
        cadence, silence = source.get("cadence_minutes"), source.get("silence_minutes")
        if _is_count(cadence) and _is_count(silence) and cast(int, silence) < cast(int, cadence):
            yield Breach(
                ("sources", at, "silence_minutes"),
                say(
                    "Silence counts from {silence} min, but the cadence is {cadence} min.",
                    silence=silence,
                    cadence=cadence,
                ),
                say("Write at least {limit}.", limit=cadence),
            )


class _Counted(Protocol):
    """What a kind's params may offer: how many requests one sweep needs at least."""

    request_count: int


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _request_count(source: Mapping[str, object], registry: Registry) -> int:
    """Return the requests that one sweep needs at least; one if the kind says nothing."""
    shape, queries = registry.sources.get(str(source.get("kind"))), source.get("queries", {})
    if shape is None or not hasattr(shape, "request_count"):
        return 1
    try:
        return max(1, cast(_Counted, shape.model_validate(queries)).request_count)
    except ValidationError:
        return 1


def budgets_carry_cadences(document: Document, registry: Registry) -> Iterable[Breach]:
    """The budget of a host allows what all sources on it ask in the busiest window.

    The transport keeps one budget a host, so sources of one host are counted together: in any
    window of ``per_minutes`` a source is asked ``ceil(per_minutes / cadence)`` times.
    """
    by_host: dict[str, list[tuple[int, Mapping[str, object]]]] = defaultdict(list)
    for at, source in document.mappings("sources"):
        address, budget = source.get("address"), source.get("budget")
        if isinstance(address, str) and isinstance(budget, Mapping):
            by_host[_host(address)].append((at, source))
    for host, sources in by_host.items():
        asked = [
            (_request_count(source, registry), cast(int, source["cadence_minutes"]))
            for _, source in sources
            if _is_count(source.get("cadence_minutes"))
        ]
        for at, source in sources:
            yield from _too_small(at, cast(Mapping[str, object], source["budget"]), asked, host)


def _too_small(
    at: int, budget: Mapping[str, object], asked: list[tuple[int, int]], host: str
) -> Iterable[Breach]:
    requests, window = budget.get("requests"), budget.get("per_minutes")
    if not (_is_count(requests) and _is_count(window)):
        return
    needed = sum(count * -(-cast(int, window) // cadence) for count, cadence in asked)
    if needed > cast(int, requests):
        yield Breach(
            ("sources", at, "budget"),
            say(
                "The budget allows {requests} requests in {window} min, {host} needs {needed}.",
                requests=requests,
                window=window,
                host=shown(host),
                needed=needed,
            ),
            say("Write requests: {needed} or more, or ask less often.", needed=needed),
        )


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or address).casefold()
    except ValueError:  # brackets that are no IPv6 address
        return address
