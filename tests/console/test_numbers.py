"""Numbers that no database holds are refused in a sentence that names them, by every operation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from console.app import create_app
from console.signin.visitors import SESSION_COOKIE
from ledger.database import Ledger
from ledger.review_marks import STANDARDS
from ledger.settings import Settings, prepare_data_dir
from ledger.states import UserRole
from tests.console import seeding
from tests.console.conftest import open_session, serve
from tests.console.seeding import FLAGGED

TOO_LARGE = (2**40, 2**63, -(2**40), -(2**63) - 1)
ADDRESSES = (  # what is no page of the description, with a number in it
    "/calls/{call}?version={number}",
    "/calls/{call}/peaks?buckets={number}",
    "/calls?survey={number}",
    "/calls?after={number}",
    "/calls?score_min={number}",
    "/audit?before={number}",
    "/figures/calls?hour={number}",
    "/figures/calls?page={number}",
    "/samples/{number}",
    "/people/{number}",
    "/rounds/{number}",
    "/rounds/tasks/{number}",
    "/training/{number}",
)


@pytest.fixture
def administrator(tmp_path: Path, postgres_url: str) -> Iterator[httpx.Client]:
    """An administrator of a console over PostgreSQL, which holds no more than a column's bits."""
    settings = Settings(data_dir=tmp_path / "var", database_url=postgres_url)
    prepare_data_dir(settings)
    with closing(Ledger(postgres_url)) as ledger:
        with ledger.transaction() as session:
            seeding.add_user(session, "root", UserRole.ADMINISTRATOR)
            seeding.add_calls(session, settings)
        cookies = {SESSION_COOKIE: open_session(ledger, "root")}
        app = create_app(settings, ledger, seeding.SWITCHBOARD)
        with serve(app) as url, httpx.Client(base_url=url, cookies=cookies, verify=False) as client:
            yield client


def test_numbers_beyond_the_databases_are_refused(administrator: httpx.Client) -> None:
    """422 for every whole number of every operation, with its name; none is a fault in any address.

    What is for operators alone is refused to an administrator before its numbers are looked at.
    """
    document = administrator.get("/api/openapi.json").json()
    asked = [each for number in TOO_LARGE for each in _with_each_number(document, number)]
    assert len(asked) >= 15 * len(TOO_LARGE)
    assert [each for each in asked if not _is_refused(administrator, *each)] == []
    addresses = [address.format(call=FLAGGED, number=number) for address in ADDRESSES for number in TOO_LARGE]
    answers = {address: administrator.get(address).status_code for address in addresses}
    assert {address: status for address, status in answers.items() if status not in {404, 422}} == {}


def _is_refused(client: httpx.Client, method: str, path: str, name: str, body: Any) -> bool:
    answer = client.request(method, path, json=body)
    return answer.status_code == 403 or (answer.status_code == 422 and name in answer.text)


def _with_each_number(document: Mapping[str, Any], number: int) -> Iterator[tuple[str, str, str, Any]]:
    """Each operation once for each of its whole numbers: method, path, the number's name, a body.

    A body has nothing but the number: what is missing is told beside it.
    """
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            given = {each["name"]: "1" for each in operation.get("parameters", ())} | {"call_id": FLAGGED}
            for each in operation.get("parameters", ()):
                if each["schema"].get("type") == "integer":
                    name = each["name"]
                    asked = f"?{name}={number}" if each["in"] == "query" else ""
                    yield method, path.format_map(given | {name: number}) + asked, name, {}
            for content in operation.get("requestBody", {}).get("content", {}).values():
                for name, body in _bodies(document, content["schema"], number):
                    yield method, path.format_map(given), name, body


def _bodies(
    document: Mapping[str, Any], schema: Mapping[str, Any], number: int, name: str = ""
) -> Iterator[tuple[str, Any]]:
    """The number at each place of a body where a whole one may be, with the place's name."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if schema.get("type") == "integer":
        yield name, number
    for inner, part, put in _inner(schema, name):
        for told, value in _bodies(document, inner, number, part):
            yield told, put(value)


def _inner(
    schema: Mapping[str, Any], name: str
) -> Iterator[tuple[Mapping[str, Any], str, Callable[[Any], Any]]]:
    """What a schema is made of: the schema of a part, its name, and how the part is put into the whole."""
    yield from ((choice, name, lambda value: value) for choice in schema.get("anyOf", ()))
    for part, inner in schema.get("properties", {}).items():
        yield inner, part, partial(_put, part)
    if "items" in schema:
        yield schema["items"], name, lambda value: [value]
    if isinstance(schema.get("additionalProperties"), dict):
        yield schema["additionalProperties"], name, partial(_put, STANDARDS[0])


def _put(key: str, value: Any) -> dict[str, Any]:
    return {key: value}
