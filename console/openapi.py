"""The API described: OpenAPI 3.1 of every route under `/api`, with the errors that we answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from console.links import API

VERSION = "1"
ABOUT = """Calls, reviews, cases, rounds, training, the wallboard, operators, the desks' work and its figures,
for programs. Ask with
`Authorization: Bearer TOKEN`; an administrator makes tokens on `/programs`. Times are RFC 3339 in UTC, places
in a call are seconds from its answer. Every error is one JSON object whose `error` says what to do."""
ERROR = {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}}
REFUSALS = {
    "400": "The request cannot be read.",
    "401": "No token, or one that is no good.",
    "403": "The token has not the right that this needs.",
    "404": "There is no such thing among those that the token may see.",
    "409": "Somebody was faster, or the state does not allow it.",
    "413": "The request is too long.",
    "422": "A field is wrong; the sentence names it.",
    "429": "Too many requests; Retry-After says when to ask again.",
    "503": "A part that is needed does not answer; ask again later.",
}


def api_routes(routes: Iterable[BaseRoute]) -> list[APIRoute]:
    """Those of them that are for programs."""
    return [route for route in routes if isinstance(route, APIRoute) and route.path.startswith(API)]


def describe(routes: list[APIRoute]) -> dict[str, Any]:
    """The document, made anew for each who asks: it is asked for rarely."""
    document: dict[str, Any] = get_openapi(
        title="Hotline",
        version=VERSION,
        description=ABOUT,
        routes=routes,
        separate_input_output_schemas=False,
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Refusal"] = ERROR
    document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    document["security"] = [{"token": []}]
    for path in document["paths"].values():
        for operation in path.values():
            operation["responses"].update(_refusals())
    return document


def _refusals() -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
    return {status: {"description": told, "content": content} for status, told in REFUSALS.items()}
