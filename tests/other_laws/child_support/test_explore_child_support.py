"""The page works with another law: its own titles, clauses and places, and no scenario of the health law."""

from __future__ import annotations

import json

from starlette.testclient import TestClient

from pdc.explore.changes import from_query
from pdc.explore.desk import Desk, Given
from pdc.explore.server import Routes

HERE = "http://127.0.0.1:8765"


def test_the_page_asks_the_second_law() -> None:
    desk = Desk(Given(rulebook="child-support"), "en")
    try:
        client = TestClient(Routes(desk).app("t0ken", 8765), base_url=HERE)
        page = client.get("/t0ken/").text
        assert "data-scenario" not in page
        title = desk.first_title
        assert f'value="{title}" selected' in page

        def post(name: str, **said: str) -> dict[str, str]:
            found = client.post(f"/t0ken/{name}", content=json.dumps(said), headers={"Origin": HERE})
            assert found.status_code == 200, found.text
            return dict(found.json())

        assert 'type="range"' in post("clauses", word="children", query="")["html"]
        base = post("answer", query=f"title={title}", base="")
        assert "No number changes" in base["live"]
        places = desk.setting.country.codes("province")
        pinned = from_query(f"pin={title}@province:{places[0]}=1")
        assert desk.complete(pinned).titles == (title,)
        assert post("place", level="province", code=str(places[0]), query=f"title={title}", base="")["html"]
    finally:
        desk.close()
