"""The ASGI application of the replay server: each source under ``/{source_id}``, and its control.

Called by ``replay``. Knows no socket. ``/{id}/api/v1/timelines/tag/{tag}`` for Mastodon, ``/{id}``
for feeds, bulletins and documents, ``/{id}/…`` for searches, previews and files that a document
sends to, ``/_control/…`` for whoever conducts the play.
"""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vigie.exercise.networks.answers import (
    Document,
    render_channel,
    render_document,
    render_page,
    render_statuses,
)
from vigie.exercise.networks.faults import faulty_response
from vigie.exercise.networks.waves import PlayState
from vigie.exercise.script import ChannelSource, DocumentSource, Fault, MastodonSource
from vigie.exercise.timelines import link_header, read_query, select_page
from vigie.problem import Problem

RATE_WINDOW = timedelta(minutes=5)
"""Source: mastodon/documentation ``content/en/api/rate-limits.md`` (300 requests / 5 min)."""
EMPTY = b""


class ReplayApplication:
    """The handlers and what they share.

    Args:
        state: Wave, faults, log.
        requests_per_window: Requests that an instance grants in five minutes before it answers 429.
    """

    def __init__(self, state: PlayState, requests_per_window: int) -> None:
        self._state = state
        self._granted = requests_per_window
        self._windows: dict[str, tuple[datetime, int]] = {}
        self._statuses: dict[str, list[tuple[int, dict[str, Any]]]] = {}
        self.render()

    def render(self) -> None:
        """Render the posts of the instances anew: at the start, and when the material changed."""
        state = self._state
        self._statuses = {
            source.id: render_statuses(state.material, source, state.started_at)
            for source in state.material.mastodon_sources()
        }

    def asgi(self) -> Starlette:
        """Return the application."""
        return Starlette(
            routes=[
                Route("/_control/wave", self.control_wave, methods=["GET", "POST"]),
                Route("/_control/fault", self.control_fault, methods=["POST"]),
                Route("/_control/requests", self.control_requests),
                Route("/{source}/api/v1/timelines/tag/{tag}", self.timeline),
                Route("/{source}", self.document),
                Route("/{source}/{page:path}", self.page),
            ]
        )

    async def control_wave(self, request: Request) -> Response:
        """Tell the wave, or release another one."""
        if request.method == "POST":
            try:
                self._state.set_wave(int((await request.json())["wave"]))
            except (ValueError, KeyError, TypeError, Problem) as error:
                return JSONResponse({"error": str(error)}, status_code=422)
        play = self._state.material.play
        return JSONResponse(
            {
                "wave": self._state.wave,
                "last_wave": play.last_wave,
                "started_at": self._state.started_at.isoformat(),
                "hashtags": list(play.hashtags),
                "watch": [watch.model_dump() for watch in play.watch],
            }
        )

    async def control_fault(self, request: Request) -> Response:
        """Let a source misbehave, or behave again (``fault``: null)."""
        try:
            asked = await request.json()
            fault = None if asked["fault"] is None else Fault.model_validate(asked["fault"])
            self._state.set_fault(str(asked["source"]), fault)
        except (ValueError, KeyError, TypeError, ValidationError) as error:
            return JSONResponse({"error": str(error)}, status_code=422)
        return JSONResponse({"source": asked["source"], "fault": asked["fault"]})

    async def control_requests(self, _request: Request) -> Response:
        """Tell who asked what."""
        return JSONResponse({"requests": self._state.requests()})

    async def timeline(self, request: Request) -> Response:
        """Answer a hashtag timeline."""
        source_id = request.path_params["source"]
        if source_id not in self._statuses:
            return self._logged(request, _not_found())
        if (faulty := await self._fault_of(source_id)) is not None:
            return self._logged(request, faulty)
        headers, is_over = self._spend(source_id)
        if is_over:
            refused = {"error": "Too many requests"}
            return self._logged(request, JSONResponse(refused, status_code=429, headers=headers))
        wave = self._state.wave
        shown = [status for since, status in self._statuses[source_id] if since <= wave]
        query = read_query(request.path_params["tag"], request.query_params)
        page = select_page(shown, query)
        address = f"{request.url.scheme}://{request.url.netloc}/{source_id}"
        if link := link_header(page, query, address):
            headers["Link"] = link
        return self._logged(request, JSONResponse(list(page), headers=headers))

    async def document(self, request: Request) -> Response:
        """Answer a feed or a bulletin; 304 where the client has it already."""
        source_id = request.path_params["source"]
        source = self._state.material.sources.get(source_id)
        if source is None or isinstance(source, MastodonSource | ChannelSource):
            return self._logged(request, _not_found())
        if self._state.wave == 0:
            return self._logged(request, _not_found())
        if (faulty := await self._fault_of(source_id)) is not None:
            return self._logged(request, faulty)
        found = render_document(
            self._state.material,
            source,
            self._state.wave,
            self._state.started_at,
            _base_of(request, source_id),
        )
        return self._logged(request, _conditional(request, found))

    async def page(self, request: Request) -> Response:
        """Answer a search, a preview, or a file that a service's answer sends to."""
        source_id = request.path_params["source"]
        found = self._page(request, source_id) if self._state.wave else None
        if found is None:
            return self._logged(request, _not_found())
        if (faulty := await self._fault_of(source_id)) is not None:
            return self._logged(request, faulty)
        return self._logged(request, _conditional(request, found))

    def _page(self, request: Request, source_id: str) -> Document | None:
        """Return what stands below a source's address, or None."""
        state, path = self._state, request.path_params["page"]
        source = state.material.sources.get(source_id)
        if isinstance(source, ChannelSource):
            params = dict(request.query_params)
            return render_channel(
                state.material, source, path, params, state.wave, state.started_at
            )
        name = source.pages.get(path) if isinstance(source, DocumentSource) else None
        if name is None or not isinstance(source, DocumentSource):
            return None
        base = _base_of(request, source_id)
        return render_page(state.material, source, name, base, state.started_at)

    async def _fault_of(self, source_id: str) -> Response | None:
        fault = self._state.fault(source_id)
        if fault is None:
            return None
        if fault.hang_seconds:
            await asyncio.sleep(fault.hang_seconds)
        return faulty_response(fault)

    def _spend(self, source_id: str) -> tuple[dict[str, str], bool]:
        """Count a request of the source's window; return headers and whether it was too much."""
        now = datetime.now(UTC)
        reset_at, spent = self._windows.get(source_id, (now + RATE_WINDOW, 0))
        if now >= reset_at:
            reset_at, spent = now + RATE_WINDOW, 0
        self._windows[source_id] = (reset_at, spent + 1)
        headers = {
            "X-RateLimit-Limit": str(self._granted),
            "X-RateLimit-Remaining": str(max(0, self._granted - spent - 1)),
            "X-RateLimit-Reset": reset_at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        }
        return headers, spent >= self._granted

    def _logged(self, request: Request, response: Response) -> Response:
        self._state.log(
            request.path_params["source"],
            {
                "path": request.url.path,
                "query": request.url.query,
                "status": response.status_code,
                "wave": self._state.wave,
            },
        )
        return response


def _base_of(request: Request, source_id: str) -> str:
    return f"{request.url.scheme}://{request.url.netloc}/{source_id}"


def _not_found() -> Response:
    return JSONResponse({"error": "Record not found"}, status_code=404)


def _conditional(request: Request, found: Document) -> Response:
    """Answer 304 when the ETag fits or, without one, when nothing is newer. Source: RFC 9110 13."""
    tag = f'"{hashlib.sha256(found.body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Last-Modified": format_datetime(found.changed_at, usegmt=True)}
    known = request.headers.get("if-none-match")
    if known is not None:
        is_known = tag in {part.strip().removeprefix("W/") for part in known.split(",")}
    else:
        is_known = _is_not_newer(found.changed_at, request.headers.get("if-modified-since"))
    if is_known:
        return Response(EMPTY, status_code=304, headers=headers)
    return Response(found.body, media_type=found.content_type, headers=headers)


def _is_not_newer(changed_at: datetime, since: str | None) -> bool:
    if since is None:
        return False
    try:
        return changed_at <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False
