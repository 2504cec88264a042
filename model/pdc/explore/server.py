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
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any, Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pdc.ask.no_plan_in_words import lines
from pdc.ask.session import CancelledError
from pdc.base.errors import MovesError
from pdc.base.faults import Fault, InputError
from pdc.explore.changes import Asked, BadChangeError, from_query, read_change, to_toml
from pdc.explore.desk import FILE, Desk, told_faults
from pdc.explore.dropped import Mends, dropped, mended
from pdc.explore.page import Page
from pdc.explore.varied import Range
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
        self.mends = Mends()

    def app(self, token: str, port: int) -> ASGIApp:
        """The application behind its guard."""
        at = f"/{token}"
        posts: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
            "answer": self.answer, "clauses": self.clauses, "place": self.place, "explain": self.explain,
            "question": self.question, TABLE: self.table, "mend": self.mend, "parameters": self.parameters,
            "stop": self.stop, "one_more": self.one_more, "mending": self.mending,
            "searching": self.searching,
        }  # fmt: skip
        routes = [
            Route(f"{at}/", self._whole),
            Route(f"{at}/{FILE}", self._toml),
            Route(f"{at}/pdc.zip", self._zip),
            *(Route(f"{at}/{name}", _asset(name)) for name in ASSETS),
            Route(f"{at}/vary", self._vary, methods=["POST"]),
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
        return self.page.place(level, code, asked, self.desk.answer(asked, base))

    def table(self, said: Mapping[str, Any]) -> Any:
        """A hand-made table, measured by the law of the question: a new one, or a kept one by its key."""
        asked, base, key = _asked(said, "query"), _asked(said, "base"), _text(said, "key")
        if key:
            name, content = self.desk.kept_table(key)
        else:
            name = Path(_text(said, "name")).name
            try:
                content = base64.b64decode(_text(said, "content"), validate=True)
            except ValueError:
                raise BadChangeError(name[:WORD]) from None
        beside = dropped(self.desk, asked, base, name, content)
        return self.page.dropped(key or self.desk.keep_table(name, content), name, beside)

    def mend(self, said: Mapping[str, Any]) -> Any:
        """The fewest moves that mend a table that was dropped."""
        name, content = self.desk.kept_table(_text(said, "key"))
        with self.mends.begun() as mending:
            made = mended(self.desk, _asked(said, "query"), name, content, mending)
        return {"html": self.page.mended(made)}

    def mending(self, said: Mapping[str, Any]) -> Any:
        """How far that is."""
        done, total = self.mends.at
        return {"text": self.page.say("dropped.mending_at", done=done, total=total) if total else ""}

    def parameters(self, said: Mapping[str, Any]) -> Any:
        """Numbers that could be varied together with another."""
        return {"parameters": self.page.parameters(_asked(said, "query"))}

    def stop(self, said: Mapping[str, Any]) -> Any:
        """Nobody waits any more: for the points of a line, for ``one_more`` or for ``mend`` (``what``)."""
        stops = {"one_more": self.desk.stop_searching, "mend": self.mends.stop, "": self.desk.stop_varying}
        stops.get(_text(said, "what"), lambda: None)()
        return {}

    def one_more(self, said: Mapping[str, Any]) -> Any:
        """What would give one more of a number, each lever with the change that it is."""
        title, level, code = (_text(said, key) for key in ("title", "level", "code"))
        if level not in ("province", "district", "unit"):
            raise InputError([Fault("", None, None, "explore.one_more_place")])
        return self.page.one_more(self.desk.one_more(_asked(said, "query"), title, level, code))

    def searching(self, said: Mapping[str, Any]) -> Any:
        """What that has found so far: of the levers that work alone."""
        told = self.desk.found_so_far
        works = tuple(one for one in told.answers if one.found) if told is not None else ()
        if told is None or not works:
            return {"parts": []}
        return self.page.one_more(replace(told, answers=works))

    def vary(self, said: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The points of a line, or of a map of two numbers, as they come."""
        ranges = said.get("ranges")
        if not isinstance(ranges, list) or not all(isinstance(one, dict) for one in ranges):
            raise BadChangeError("ranges")
        parts = [[_text(one, key) for key in ("name", "start", "end", "step")] for one in ranges[:3]]
        for name, start, *_ in parts:
            read_change("set", f"{name}={start}")
        asked, base = _asked(said, "query"), _asked(said, "base")
        outcome, province = _text(said, "outcome"), _text(said, "province")
        return self.desk.vary(asked, base, [Range(*part) for part in parts], outcome, province)

    async def _vary(self, request: Request) -> Response:
        """Line by line; what is wrong before the first line is told as everywhere."""
        said = _object(await request.body())
        if said is None:
            return JSONResponse({"faults": [self.page.say("fault.shape")]}, 400)

        def first() -> Response:
            points = self.vary(said)
            head = next(points)
            return StreamingResponse(self._lines(head, points), media_type="application/x-ndjson")

        return await self._bounded(first)

    def _lines(self, head: Mapping[str, Any], points: Iterator[dict[str, Any]]) -> Iterator[str]:
        yield json.dumps(head) + "\n"
        try:
            for point in points:
                yield json.dumps(point) + "\n"
        except CancelledError:
            yield json.dumps({"old": True}) + "\n"
        except (InputError, NoPlanError, MovesError) as error:
            told = told_faults(error, self.desk.lang) if isinstance(error, InputError) else []
            yield json.dumps({"faults": told or [self.page.say("fault.no_plan")]}) + "\n"
        yield json.dumps({"end": True}) + "\n"

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
            said = _object(await request.body())
            if said is None:
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


def _object(body: bytes) -> dict[str, Any] | None:
    """A JSON object; None for anything else."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


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
