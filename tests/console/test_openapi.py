"""The API tried by its own description: no fault of ours, no status that it does not tell of."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from console.app import create_app
from console.openapi import describe
from ledger.database import open_ledger
from ledger.settings import Settings, prepare_data_dir
from ledger.states import UserRole
from tests.console import live, seeding
from tests.console.conftest import open_session
from tests.console.routes import every_route

CASES = int(os.environ.get("HOTLINE_API_CASES", "4"))  # of each operation; `make api-cases` tries 200
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FastAPI, str]]:
    """An administrator's console and cookie; one for all cases, which may change what they like."""
    made = Settings(data_dir=tmp_path_factory.mktemp("api") / "var", api_per_minute=1_000_000)
    prepare_data_dir(made)
    ledger = open_ledger(made)
    with ledger.transaction() as session:
        seeding.add_user(session, "root", UserRole.ADMINISTRATOR)
        seeding.add_calls(session, made)
        live.add_operators(session, "8001", "8002")
    yield create_app(made, ledger, seeding.SWITCHBOARD), open_session(ledger, "root")
    ledger.close()


def test_every_operation_keeps_to_its_description(console: tuple[FastAPI, str]) -> None:
    """Statuses, content types and shapes are those that the description tells, whatever is asked."""
    app, cookie = console
    signed_in = {"Cookie": f"hotline_session={cookie}"}
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", app, headers=signed_in)
    operations = [found.ok() for found in schema.get_all_operations()]
    failures = [told for operation in operations for told in _tried(operation, signed_in)]
    assert len(operations) >= 10
    assert failures == []


def _tried(operation: schemathesis.APIOperation, headers: dict[str, str]) -> list[str]:
    """What is wrong with an operation; Hypothesis shrinks it to the smallest request."""

    @settings(
        max_examples=CASES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=CHECKS, headers=headers)

    try:
        ask()
    except FailureGroup as group:
        return [f"{operation.label}: {failure}" for failure in group.exceptions]
    return []


def test_the_description_has_every_route(console: tuple[FastAPI, str]) -> None:
    """No operation is left out, each has a summary, and no foreign host is named."""
    app, _cookie = console
    document = describe(app.state.api_routes)
    told = set(document["paths"])
    routes = {route.path for route in every_route() if route.path.startswith("/api/")}
    assert told == routes - {"/api/openapi.json"}
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert operation["description"], path
