"""``explore``: the page that answers while it is asked."""

from __future__ import annotations

import signal
import socket
import sys
import threading
import webbrowser
from contextlib import ExitStack, suppress
from typing import Annotated, Final

import typer

from pdc.cli.codes import BAD_INPUT
from pdc.cli.common import Data, Language, Law, Scenarios, Sets, app, bar, errors, tell_oddities, told
from pdc_common.text import say

_CONNECTIONS: Final = 32


@app.command()
def explore(
    data: Data = None,
    scenario: Scenarios = None,
    set_: Sets = None,
    rulebook: Law = None,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Port on this machine. Default: a free one.")
    ] = 0,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")
    ] = True,
    lang: Language = "tr",
) -> None:
    """Play with the plan on a page: change a number, see base beside now. On this machine alone."""
    import uvicorn  # noqa: PLC0415 - only this command serves

    from pdc.explore.desk import Desk, Given  # noqa: PLC0415
    from pdc.explore.server import HOST, Routes, new_token  # noqa: PLC0415

    with told(lang), ExitStack() as stack:
        with bar(lang, "cli.reading_data"):
            files = tuple(map(str, scenario or ()))
            desk = Desk(Given(str(data) if data else None, files, tuple(set_ or ()), rulebook), lang)
            stack.callback(desk.close)
            warnings = desk.setting.warnings  # faults of the tables are told before a page is opened
        try:
            listener = stack.enter_context(socket.create_server((HOST, port)))
        except OSError as error:
            text = say("explore.port_taken", lang, port=port, why=error.strerror)
            errors.print(text, style="bold red", markup=False, highlight=False)
            raise typer.Exit(BAD_INPUT) from None
        token, at = new_token(), listener.getsockname()[1]
        address = f"http://{HOST}:{at}/{token}/"
        config = uvicorn.Config(
            Routes(desk).app(token, at), log_level="error", access_log=False, server_header=False,
            limit_concurrency=_CONNECTIONS, timeout_keep_alive=30, lifespan="off",
        )  # fmt: skip
        typer.echo(say("explore.address", lang, address=address))  # the first line, whatever is told below
        tell_oddities(warnings, lang)
        sys.stdout.flush()
        if browser:
            threading.Timer(0.3, webbrowser.open, (address,)).start()
        # However it is stopped, the private folder goes: the server gives the signal on when it has ended.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])
