"""The guard before the page, asked as no browser would ask; and lists of the law as the page shows them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from helpers.two_provinces import country
from pdc.country.setting import Setting, prepare
from pdc.explore.lists import list_field, list_text, read_list
from pdc.explore.server import Guard

PORT, TOKEN = 8765, "token"
HOST = (b"host", f"127.0.0.1:{PORT}".encode())
ORIGIN = (b"origin", f"http://127.0.0.1:{PORT}".encode())


def asked(scope: dict[str, Any]) -> tuple[list[dict[str, Any]], list[str]]:
    """What is sent back, and the kinds of request that come through."""
    sent: list[dict[str, Any]] = []
    through: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        through.append(scope["type"])
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    whole = {"method": "GET", "path": f"/{TOKEN}/", "query_string": b"", "headers": [HOST], **scope}
    asyncio.run(Guard(app, TOKEN, PORT)(whole, receive, send))
    return sent, through


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({}, 200),
        ({"headers": [HOST, (b"Host", HOST[1])]}, 400),
        ({"method": "POST", "headers": [HOST, ORIGIN]}, 200),
        ({"method": "POST", "headers": [HOST, ORIGIN, ORIGIN]}, 400),
        ({"headers": [HOST, (b"content-length", b"ten")]}, 400),
        ({"headers": [HOST, (b"content-length", "٣".encode("latin-1", "replace"))]}, 400),
        ({"headers": [HOST, (b"content-length", b"99999999999")]}, 413),
        ({"method": "PUT"}, 405),
        ({"headers": []}, 421),
    ],
)
def test_a_request_that_says_a_thing_twice_or_in_no_number_is_refused(
    more: dict[str, Any], status: int
) -> None:
    sent, through = asked({"type": "http", **more})
    assert sent[0]["status"] == status
    assert through == (["http"] if status == 200 else [])
    assert b"content-security-policy" in dict(sent[0]["headers"])


def test_only_pages_are_served_and_no_sockets() -> None:
    assert asked({"type": "websocket"}) == ([], [])
    assert asked({"type": "lifespan"}) == ([], ["lifespan"])


# lists -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def setting() -> Setting:
    return prepare(country().tables())


@pytest.mark.parametrize(
    "text",
    [
        "[true, false]",
        "[[3000, 3], [30000, 4]]",
        '{ "34" = 25 }',
        "{}",
        "[]",
        '["hemsire", "ebe"]',
        "[0.5, 3]",
    ],
)
def test_a_list_reads_back_as_it_is_written(text: str) -> None:
    assert read_list(text) == text
    assert list_text(True) == "true"


def field(setting: Setting, value: Any, unit: str = "") -> dict[str, Any] | None:
    old = setting.rulebook.clauses["A.16"].parameters["least"]
    made = replace(old, value=value, unit=unit)
    return list_field(made, setting.rulebook, setting.country, "tr")


def test_a_list_is_shown_by_what_stands_in_it(setting: Setting) -> None:
    assert field(setting, 5) is None
    assert field(setting, ()) is None
    assert field(setting, (1, 2)) is None  # numbers that are no rows: nothing says what they are
    pairs = field(setting, ((3000, 3), (30000, 4)))
    assert pairs is not None
    assert (pairs["heads"], pairs["rows"]) == (["1", "2"], [["3000", "3"], ["30000", "4"]])
    named = field(setting, ((3000, 3),), "[people up to, posts]")
    assert named is not None
    assert named["heads"] != ["1", "2"]
    kinds, titles = field(setting, ("devlet_hastanesi",)), field(setting, ("hemsire", "ebe"))
    assert kinds is not None
    assert titles is not None
    assert titles["rows"] == [("hemsire", "Hemşire", "hemsire"), ("ebe", "Ebe", "ebe")]
    assert "devlet_hastanesi" not in [code for code, _ in kinds["more"]]
    both = field(setting, ("devlet_hastanesi", "hemsire"))
    assert both is not None
    assert {code for code, _ in both["more"]} >= {"eah", "ebe"}
    own = field(setting, ("bambaşka",))
    assert own is not None
    assert (own["rows"], own["more"]) == ([("bambaşka", "bambaşka", "bambaşka")], [])
