"""What the forms of campaigns hold: the campaign itself, and numbers that were pasted or uploaded."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar

from fastapi import UploadFile
from pydantic import ValidationError

from console.campaigns.orders import CampaignOrder
from console.errors import BadInput
from console.words import N_
from ledger.plain_text import text_of

A_FIELD = N_("有一项没有填对。请改正下面指出的一项。")
NOT_UTF8 = N_("文件不是 UTF-8 或 GB18030 编码的文本。请另存为 CSV（UTF-8）。")
NAMES = (
    *("version", "name", "kind", "desk", "mode", "opens", "closes"),
    *("most_attempts", "earliest_h", "limit_h"),
)

Order = TypeVar("Order", bound=CampaignOrder)


def read_order(shape: type[Order], fields: dict[str, str], days: Collection[int]) -> Order:
    """The form as a program would send it; a field that is left empty is not told of. Raises BadInput."""
    told: dict[str, object] = {name: fields[name] for name in NAMES if fields.get(name)}
    pauses = {name.removeprefix("pause-"): value for name, value in fields.items() if _is_pause(name, value)}
    told |= {"days": days, "pauses_min": pauses, "takes_tickets": fields.get("takes_tickets") == "yes"}
    try:
        return shape.model_validate(told)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"{where}: {first['msg']}", A_FIELD) from error


def _is_pause(name: str, value: str) -> bool:
    return name.startswith("pause-") and bool(value)


def read_text_of(numbers: str, file: UploadFile | None) -> str:
    """What was pasted and what was uploaded. Raises BadInput."""
    if file is None or not file.filename:
        return numbers
    uploaded = text_of(file.file.read())
    if uploaded is None:
        raise BadInput("file: it is neither UTF-8 nor GB18030; save it as CSV (UTF-8)", NOT_UTF8)
    return f"{numbers}\n{uploaded}" if numbers.strip() else uploaded
