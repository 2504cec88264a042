"""The server of the page: one person, one machine, no outside host.

It listens on 127.0.0.1. An address needs the token that was drawn at the start; ``Host`` must be this
server, so that no other name can be pointed at it, and what is posted must come from its own page
(``Origin``). Requests are bounded in size and time. Nothing is read but what the page was started with, and
nothing is written but a private folder that goes when the server does.
"""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any, Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pdc.ask.no_plan_in_words import lines
from pdc.ask.session import CancelledError
from pdc.base.errors import MovesError
from pdc.base.faults import InputError
from pdc.explore.changes import Asked, BadChangeError, from_query, read_change, to_toml, without
from pdc.explore.desk import FILE, Desk, told_faults
from pdc.explore.dropped import dropped
from pdc.explore.page import Page
from pdc.solve.no_plan.errors import NoPlanError
from pdc_common.text import Lang
from pdc_reports.explain import UnknownPlaceError

HOST: Final = "127.0.0.1"
MOST_BYTES: Final = 64 * 1024  # of a request's body
MOST_TABLE: Final = 24 * 1024 * 1024  # of a table that is dropped on the page
TABLE: Final = "table"
MOST_ADDRESS: Final = 32 * 1024
MOST_SECONDS: Final = 600.0
WORD: Final = 200  # characters of a search
ASSETS: Final = {"explore.css": "text/css", "explore.js": "text/javascript"}
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; "
        "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def new_token() -> str:
    """A token for one start of the server."""
    return secrets.token_urlsafe(24)


class Guard:
    """Who may ask, and how much at once; every answer gets the headers that keep the page to itself."""

    def __init__(self, app: ASGIApp, token: str, port: int) -> None:
        self.app, self.token = app, token
        self.hosts = {f"{name}:{port}" for name in (HOST, "localhost")}
        self.origins = {f"http://{host}" for host in self.hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        refused = self._refused(scope)
        if refused:
            await _with_headers(PlainTextResponse(f"{refused}\n", refused), scope, receive, send)
            return
        await _with_headers(self.app, scope, _bounded(receive, _most(scope)), send)

    def _refused(self, scope: Scope) -> int:
        """Status of a refusal; 0 for none."""
        headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            key = name.decode("latin-1").lower()
            if key in ("host", "origin") and key in headers:
                return 400
            headers[key] = value.decode("latin-1")
        if headers.get("host", "") not in self.hosts:
            return 421
        if len(scope.get("query_string", b"")) > MOST_ADDRESS or len(scope["path"]) > MOST_ADDRESS:
            return 414
        given = scope["path"].split("/")[1] if scope["path"].count("/") > 1 else ""
        if not secrets.compare_digest(given.encode("utf-8"), self.token.encode("utf-8")):
            return 403
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return 405
        if scope["method"] == "POST" and headers.get("origin", "") not in self.origins:
            return 403
        length = headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit():
            return 400
        return 413 if int(length) > _most(scope) else 0


def _most(scope: Scope) -> int:
    return MOST_TABLE if scope["path"].endswith(f"/{TABLE}") else MOST_BYTES


def _bounded(receive: Receive, most: int) -> Receive:
    """A body that says less than it brings is cut off too."""
    seen = 0

    async def take() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise HTTPException(413)
        return message

    return take


async def _with_headers(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    async def tell(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = [(k.lower().encode(), v.encode()) for k, v in HEADERS.items()]
            message["headers"] = [*message.get("headers", []), *own]
        await send(message)

    await app(scope, receive, tell)


class Routes:
    """What can be asked for."""

    def __init__(self, desk: Desk, seconds: float = MOST_SECONDS) -> None:
        self.desk, self.page, self.seconds = desk, Page(desk), seconds

    def app(self, token: str, port: int) -> ASGIApp:
        """The application behind its guard."""
        at = f"/{token}"
        posts: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
            "answer": self.answer, "clauses": self.clauses, "place": self.place, "explain": self.explain,
            "question": self.question, TABLE: self.table, "vary": self.vary,
        }  # fmt: skip
        routes = [
            Route(f"{at}/", self._whole),
            Route(f"{at}/{FILE}", self._toml),
            Route(f"{at}/pdc.zip", self._zip),
            *(Route(f"{at}/{name}", _asset(name)) for name in ASSETS),
            *(Route(f"{at}/{name}", self._posted(ask), methods=["POST"]) for name, ask in posts.items()),
        ]
        return Guard(Starlette(routes=routes), token, port)

    # what is posted ---------------------------------------------------------------------------------------

    def answer(self, said: Mapping[str, Any]) -> Any:
        """The plan of a question beside that of its base."""
        asked, base = _asked(said, "query"), _asked(said, "base")
        return self.page.answer(asked, base, self.desk.answer(asked, base))

    def question(self, said: Mapping[str, Any]) -> Any:
        """The question in words, without an answer."""
        return self.page.question(self.desk.complete(_asked(said, "query")))

    def clauses(self, said: Mapping[str, Any]) -> Any:
        """Clauses that are searched for."""
        return {"html": self.page.clauses(_text(said, "word")[:WORD], _asked(said, "query"))}

    def place(self, said: Mapping[str, Any]) -> Any:
        """A place that was opened."""
        asked, base = _asked(said, "query"), _asked(said, "base")
        level, code = _text(said, "level"), _text(said, "code")
        if level not in ("province", "district", "unit"):
            raise BadChangeError(level)
        return {"html": self.page.place(level, code, asked, self.desk.answer(asked, base))}

    def table(self, said: Mapping[str, Any]) -> Any:
        """A hand-made table, measured by the law of the question."""
        name = Path(_text(said, "name")).name
        try:
            content = base64.b64decode(_text(said, "content"), validate=True)
        except ValueError:
            raise BadChangeError(name[:WORD]) from None
        return {"html": self.page.dropped(name, dropped(self.desk, _asked(said, "query"), name, content))}

    def vary(self, said: Mapping[str, Any]) -> Any:
        """One point of a line: what a question comes to with one number of the law set."""
        asked, base = _asked(said, "query"), _asked(said, "base")
        change = read_change("set", f"{_text(said, 'name')}={_text(said, 'value')}")
        with_it = replace(asked, changes=(*without(asked.changes, change), (change, True)))
        return self.page.point(self.desk.point(with_it, base), _text(said, "province"))

    def explain(self, said: Mapping[str, Any]) -> Any:
        """Why a number."""
        asked = _asked(said, "query")
        found = self.desk.explain(asked, _text(said, "title"), _text(said, "level"), _text(said, "code"))
        return {
            "heading": found.heading,
            "parts": [{"heading": part.heading, "lines": list(part.lines)} for part in found.parts],
        }

    def _posted(self, ask: Callable[[Mapping[str, Any]], Any]) -> Callable[[Request], Awaitable[Response]]:
        async def route(request: Request) -> Response:
            try:
                said = json.loads(await request.body())
                if not isinstance(said, dict):
                    raise ValueError
            except (ValueError, RecursionError):
                return JSONResponse({"faults": [self.page.say("fault.shape")]}, 400)
            return await self._bounded(lambda: JSONResponse(ask(said)))

        return route

    async def _bounded(self, make: Callable[[], Response]) -> Response:
        """An answer within its time, or what is wrong in words; never a traceback."""
        lang, tell = self.desk.lang, self.page.say
        try:
            return await asyncio.wait_for(run_in_threadpool(make), self.seconds)
        except CancelledError:
            return JSONResponse({"old": True}, 409)
        except TimeoutError:
            self.desk.withdraw()
            return JSONResponse({"faults": [tell("fault.time")]}, 503)
        except BadChangeError as error:
            return JSONResponse({"faults": [tell("fault.change", text=error.text)]}, 400)
        except InputError as error:
            return JSONResponse({"faults": told_faults(error, lang)}, 422)
        except (NoPlanError, MovesError) as error:
            return JSONResponse({"faults": [tell("fault.no_plan"), *_ways_out(error, lang)]}, 422)
        except UnknownPlaceError as error:
            return JSONResponse({"faults": [error.text(lang)]}, 422)

    # what is got ------------------------------------------------------------------------------------------

    async def _whole(self, request: Request) -> Response:
        return await self._bounded(lambda: Response(self.page.whole(), media_type="text/html"))

    async def _toml(self, request: Request) -> Response:
        def make() -> Response:
            text = to_toml(from_query(request.url.query).own, self.page.say("toml_title"))
            return Response(text, media_type="application/toml", headers=_attached(FILE))

        return await self._bounded(make)

    async def _zip(self, request: Request) -> Response:
        def make() -> Response:
            content = self.desk.download(from_query(request.url.query), Asked())
            return Response(content, media_type="application/zip", headers=_attached("pdc.zip"))

        return await self._bounded(make)


def _asset(name: str) -> Callable[[Request], Awaitable[Response]]:
    content = (resources.files("pdc.explore") / "static" / name).read_bytes()
    if name.endswith(".css"):  # the report's own style first, so that the two look alike
        content = (resources.files("pdc_reports") / "templates" / "style.css").read_bytes() + content

    async def route(request: Request) -> Response:
        return Response(content, media_type=ASSETS[name])

    return route


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _asked(said: Mapping[str, Any], key: str) -> Asked:
    return from_query(_text(said, key))


def _text(said: Mapping[str, Any], key: str) -> str:
    value = said.get(key, "")
    if not isinstance(value, str):
        raise BadChangeError(str(value)[:WORD])
    return value


def _ways_out(error: NoPlanError | MovesError, lang: Lang) -> list[str]:
    """What clashes, and the cheapest ways out, as the terminal says them."""
    return [text for _, text in lines(error, lang)][:30] if isinstance(error, NoPlanError) else []
