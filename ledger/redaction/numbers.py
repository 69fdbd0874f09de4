"""What a run of digits is: a card, a telephone number, or nobody's secret.

A recogniser drops and adds digits, so a check digit that fails clears no number of suspicion. What clears it
are the words before (工单号), a form that only public numbers have (400, 95), or a date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from stdnum import luhn
from stdnum.cn import ric

from ledger.states import SecretKind

Found = tuple[SecretKind, int, int]  # from which digit to before which

NOT_SECRET: Final = re.compile(
    "工单|单号|编号|订单|流水|受理|票号|航班|车次|序列号|合同|验证码|工号|条形?码|型号|版本|邮编|邮政编码|快递|"
    "批次|发票|学号|余额|金额|积分|串号|日期|服务热线|客服热线|客服电话|投诉电话|报修电话|监督电话|设备号|坐席"
)
SECRET: Final = re.compile(
    "身份证|证件|银行卡|卡号|储蓄卡|信用卡|借记卡|手机|电话|联系|号码|座机|固话|宽带|机主|微信|打给|回给"
)
CARD: Final = re.compile("身份证|证件|银行卡|卡号|储蓄卡|信用卡|借记卡")
IDENTITY: Final = re.compile("身份证|证件")
AMOUNT: Final = re.compile("元|块|万|亿|千|百|度|吨|兆|点|分钱|公里|平方|年|月|日|人|次")
MOBILE: Final = re.compile(r"(?:0?0?86|0)?1[3-9]\d{9}")
LANDLINE: Final = re.compile(
    r"(?:0?0?86)?(?:0?(?:10|2\d|[3-9]\d\d))[2-8]\d{6,7}|0\d{2,3}[2-8]\d{6,7}|[2-8]\d{6,7}"
)
PUBLIC: Final = re.compile(r"[48]00\d{7}|9[56]\d{3,6}|1[02]\d{3}|11\d|12\d{3}")
BEGUN_AGAIN: Final = re.compile(r"(\d{3,7})(?=\1)1[3-9]\d{9}")  # 幺三九，不，幺三九零零零零…
NEAR_MOBILE: Final = re.compile(r"1[3-9]\d{7,11}")


def classify(number: str, before: str, after: str) -> list[Found]:
    """What is secret in a run of figures (the last may be X), by itself and by the words around it."""
    if is_identity_card(number):
        return [(SecretKind.ID_CARD, 0, len(number))]
    if _is_cleared(number, before, after):
        return []
    kind = _whole(number, before)
    if kind is not None:
        return [(kind, 0, len(number))]
    return _parts(number) or _loose(number, before)


def is_strict(number: str, found: list[Found]) -> bool:
    """Whether the run is exactly one number of a known form."""
    if len(found) != 1 or found[0][1:] != (0, len(number)):
        return False
    return _exact(number) is found[0][0]


def is_identity_card(number: str) -> bool:
    """18 signs with a birthday and a right check sign (GB 11643)."""
    return _looks_like_identity(number) and ric.calc_check_digit(number) == number[-1]


def is_date(number: str) -> bool:
    """Eight figures, or more with a time of day behind: 20261125, 202611251430."""
    if not re.fullmatch(r"(?:19|20)\d{6}(?:[01]\d|2[0-3])?(?:[0-5]\d){0,2}", number):
        return False
    return _is_day(number[:8])


def _is_cleared(number: str, before: str, after: str) -> bool:
    """The nearest word decides; without one the form does."""
    told = _last(SECRET, before)
    if _last(NOT_SECRET, before) > told:
        return True
    if PUBLIC.fullmatch(number):
        return True
    return told < 0 and (is_date(number) or before.endswith("点") or bool(AMOUNT.match(after)))


def _whole(number: str, before: str) -> SecretKind | None:
    kind = _exact(number)
    if kind is not None:
        return kind
    if _looks_like_identity(number) or (IDENTITY.search(before) and 15 <= len(number) <= 20):
        return SecretKind.ID_CARD
    if 15 <= len(number) <= 20 and CARD.search(before):
        return SecretKind.BANK_CARD
    return None


def _exact(number: str) -> SecretKind | None:
    if is_identity_card(number):
        return SecretKind.ID_CARD
    if MOBILE.fullmatch(number) or BEGUN_AGAIN.fullmatch(number):
        return SecretKind.MOBILE
    if 16 <= len(number) <= 19 and number.isdigit() and luhn.is_valid(number):
        return SecretKind.BANK_CARD
    return SecretKind.LANDLINE if LANDLINE.fullmatch(number) else None


def _parts(number: str) -> list[Found]:
    """Two or three telephone numbers that were read one after the other, or the same one twice."""
    return next(_split(number, 0, 3), [])


def _split(number: str, start: int, most: int) -> Iterator[list[Found]]:
    if start == len(number):
        yield []
    if most == 0:
        return
    for length in (11, 8, 12, 7, 10):
        part = number[start : start + length]
        kind = _exact(part) if len(part) == length else None
        if kind in {SecretKind.MOBILE, SecretKind.LANDLINE}:
            assert kind is not None
            for rest in _split(number, start + length, most - 1):
                yield [(kind, start, start + length), *rest]


def _loose(number: str, before: str) -> list[Found]:
    """A number with digits dropped or added by the recogniser, or said anew in the middle."""
    if len(number) >= 15:
        return [(SecretKind.BANK_CARD, 0, len(number))]
    if NEAR_MOBILE.fullmatch(number):
        return [(SecretKind.MOBILE, 0, len(number))]
    if len(number) >= 9 or (len(number) >= 7 and SECRET.search(before)):
        kind = SecretKind.MOBILE if number.startswith("1") else SecretKind.LANDLINE
        return [(kind, 0, len(number))]
    return []


def _looks_like_identity(number: str) -> bool:
    return re.fullmatch(r"[1-8]\d{16}[\dX]", number) is not None and _is_day(number[6:14])


def _is_day(text: str) -> bool:
    try:
        return 1900 <= date.fromisoformat(f"{text[:4]}-{text[4:6]}-{text[6:]}").year < 2100
    except ValueError:
        return False


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((found.start() for found in pattern.finditer(text)), default=-1)
