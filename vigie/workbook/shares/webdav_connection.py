"""HTTP to one WebDAV folder: limits of time and size, no redirection, credentials kept at home.

Called by ``webdav``. The only file of the workbook's room that knows httpx. Must not decide what
an answer means for the workbook.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

import httpx

from vigie.language import say
from vigie.problem import WorkbookError
from vigie.records.barred import origin_of
from vigie.workbook.shares.contract import READ_LIMIT_BYTES, Access, LeadsAwayError, too_large

_AS_IT_LIES = {"Accept-Encoding": "identity"}
"""Packed answers bear other tags: Apache appends ``-gzip``, and If-Match with it is refused."""
_REDIRECTIONS = range(300, 400)
_UNAUTHORISED, _PROXY_UNAUTHORISED = 401, 407


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the server answered; header names are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Connection:
    """Requests for the files of one folder.

    Args:
        address: Of the folder, with a slash at its end.
        access: Credentials and limits of the settings.

    Raises:
        WorkbookError: The address cannot be used, or would carry the password in clear.
    """

    def __init__(self, address: str, access: Access) -> None:
        self.address = address if address.endswith("/") else f"{address}/"
        self._auth = _credentials(self.address, access)
        self._timeout = httpx.Timeout(access.timeout_seconds)

    def url(self, name: str) -> str:
        """Return the address of a file of the folder; the folder's own for an empty name."""
        return self.address + quote(name, safe="")

    def ask(
        self,
        method: str,
        name: str,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Answer:
        """Send one request; what the status means is the caller's to judge.

        Raises:
            WorkbookError: No answer, one that is too large, a redirection, or no right to ask.
        """
        try:
            # One connection a request: minutes lie between them, and idle ones die unseen.
            # No proxy and no .netrc of the environment: the password goes to this address only.
            with (
                httpx.Client(
                    auth=self._auth, timeout=self._timeout, follow_redirects=False, trust_env=False
                ) as client,
                client.stream(
                    method,
                    self.url(name),
                    headers={**_AS_IT_LIES, **(headers or {})},
                    content=content,
                ) as answer,
            ):
                body = self._body(answer)
        except httpx.HTTPError as error:
            if "location header" in str(error):
                # httpx reads it although it is not to follow it, and cannot.
                self._judge(_REDIRECTIONS.start, "")
            raise self._fault(
                say("The share does not answer ({fault}).", fault=type(error).__name__),
                say("Nothing is lost; Vigie tries again at its next pass."),
            ) from None
        self._judge(answer.status_code, answer.headers.get("location", ""))
        headers_found = {key.lower(): value for key, value in answer.headers.items()}
        return Answer(status=answer.status_code, headers=headers_found, body=body)

    def refused(self, status: int) -> WorkbookError:
        """Return the fault of an answer that cannot be worked with."""
        return self._fault(
            say("The share answers {status}.", status=status),
            say("Check the share's address, its rights and its free space."),
        )

    def _body(self, answer: httpx.Response) -> bytes:
        pieces, size = [], 0
        for piece in answer.iter_bytes():
            size += len(piece)
            if size > READ_LIMIT_BYTES:
                raise too_large(str(answer.url))
            pieces.append(piece)
        return b"".join(pieces)

    def _judge(self, status: int, location: str) -> None:
        if status in _REDIRECTIONS:
            raise LeadsAwayError(
                self.address,
                say("The share points to another address; Vigie does not follow it."),
                say("Write the share's final address into the convention."),
                target=_target(self.address, location),
            )
        if status in (_UNAUTHORISED, _PROXY_UNAUTHORISED):
            raise self._fault(
                say("The share refuses the user name or the password."),
                say("Check VIGIE_WEBDAV_ADDRESS, VIGIE_WEBDAV_USER and VIGIE_WEBDAV_PASSWORD."),
            )

    def _fault(self, what: str, cure: str = "") -> WorkbookError:
        return WorkbookError(self.address, what, cure)


def _target(address: str, location: str) -> str:
    try:
        return origin_of(urljoin(address, location)) if location else "?"
    except ValueError:
        return "?"


def _credentials(address: str, access: Access) -> httpx.BasicAuth | None:
    """Return the credentials if they are meant for this address."""
    if not access.user or not _is_under(address, access.address):
        return None
    parts = urlsplit(address)
    if parts.scheme != "https" and not _is_loopback(parts.hostname or ""):
        raise WorkbookError(
            address,
            say("The password of the share would travel in clear."),
            say("Write the share's https:// address into the convention and the settings."),
        )
    return httpx.BasicAuth(access.user, access.password)


def _is_under(address: str, allowed: str) -> bool:
    one, other = urlsplit(address), urlsplit(allowed)
    folder = other.path if other.path.endswith("/") else f"{other.path}/"
    # A path with ".." would leave the folder on the server although it begins with it.
    return (
        (one.scheme, one.hostname, one.port) == (other.scheme, other.hostname, other.port)
        and (one.path or "/").startswith(folder)
        and ".." not in one.path.split("/")
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
