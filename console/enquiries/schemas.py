"""What a form or a program sends of an enquiry."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, DecimalException
from typing import Annotated, Final

from pydantic import BaseModel, Field

from console.business.schemas import member, number
from console.errors import BadInput
from console.texts import HIGHEST_ID, Number, check_signs, checked
from console.words import N_
from desks.figures import LONGEST_SERVICE, EnquiryKind, EnquiryResult, NewEnquiry, RefusalReason

AN_AMOUNT = N_("金额要写成元，最多两位小数，如 50 或 99.50。")
FIELD_WORDS: Final = {
    "service": N_("请写明业务或卡：1 到 64 个字符。"),
    "reason": N_("“未成功”要选原因，其他结果不选原因。"),
    "amount": N_("只有成功送出的卡写金额：最多 1000000 元。"),
    "branch": N_("没有这个经营部。请在列表里选。"),
    "call": N_("这通电话不是您的。请到“登记咨询”页登记。"),
}


class EnquiryOrder(BaseModel, extra="forbid"):
    """An enquiry that a program enters."""

    kind: EnquiryKind
    service: Annotated[str, Field(max_length=LONGEST_SERVICE)]
    result: EnquiryResult
    reason: RefusalReason | None = None
    branch_id: Annotated[int, Field(ge=1, le=HIGHEST_ID)] | None = None
    amount_fen: Number = 0
    call_id: Annotated[str, Field(max_length=40)] | None = None


class Settling(BaseModel, extra="forbid"):
    """What came of an enquiry."""

    result: EnquiryResult
    reason: RefusalReason | None = None
    version: Number


class Entered(BaseModel):
    """The enquiry that was entered."""

    id: int


def read_order(fields: Mapping[str, str]) -> EnquiryOrder:
    """The form. Raises BadInput."""
    kind = member(fields, "kind", tuple(EnquiryKind))
    result, reason = read_result(fields)
    if not kind:
        raise BadInput("kind: choose what the customer asked for")
    return EnquiryOrder(
        kind=EnquiryKind(kind),
        service=checked("service", fields.get("service", ""), LONGEST_SERVICE, words=FIELD_WORDS["service"]),
        result=result,
        reason=reason,
        branch_id=number(fields, "branch") or None,
        amount_fen=_fen(fields.get("amount", "")),
        call_id=fields.get("call", "")[:40] or None,
    )


def read_result(fields: Mapping[str, str]) -> tuple[EnquiryResult, RefusalReason | None]:
    """What came of it, and why not. Raises BadInput."""
    result = member(fields, "result", tuple(EnquiryResult))
    reason = member(fields, "reason", tuple(RefusalReason))
    if not result:
        raise BadInput("result: choose what came of it")
    return EnquiryResult(result), RefusalReason(reason) if reason else None


def new_enquiry(order: EnquiryOrder, desk: str) -> NewEnquiry:
    """As the desks' figures take it. Raises BadInput."""
    check_signs("service", order.service)
    return NewEnquiry(desk=desk, **order.model_dump())


def _fen(text: str) -> int:
    if not text.strip():
        return 0
    try:
        fen = Decimal(text.strip()) * 100
    except DecimalException as error:
        raise BadInput(
            f"amount must be in yuan, such as 50 or 99.50, got {text[:20]!r}", AN_AMOUNT
        ) from error
    if not fen.is_finite() or fen != fen.to_integral_value():
        raise BadInput(f"amount must be in yuan with at most two decimals, got {text[:20]!r}", AN_AMOUNT)
    if not 0 <= fen <= HIGHEST_ID:
        raise BadInput(f"amount must be from 0 to 1,000,000 yuan, got {text[:20]!r}", FIELD_WORDS["amount"])
    return int(fen)
