"""Addresses in a row of signs: 省市区路号栋单元室, spoken or written.

Only what leads to a door is a secret: a road with a house number, or a building with unit or flat. The names
before it (省, 市, 区, 小区) belong to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_NUMBER = "[0-9零〇一二两三四五六七八九十百千幺]{1,6}"
_HAN = "[\u4e00-\u9fff]"
_ROAD = f"{_HAN}{{1,5}}?(?:大道|大街|路|街|巷|胡同|弄|村|[镇乡道])[东西南北中一二三四五]{{0,2}}段?"
_ESTATE = f"{_HAN}{{1,5}}?(?:小区|花园|家园|公寓|佳苑|新村|新城|大厦|广场|山庄|公馆|[苑园庭府城湾])"
_HOUSE = f"{_NUMBER}号(?!线|工|楼|[码机台])(?:院|附{_NUMBER}号)?"
_BUILDING = f"{_NUMBER}(?:栋|幢|座|号楼)|[A-Za-z甲乙丙丁]座"
_FLAT = f"(?:{_NUMBER}单元)?(?:{_NUMBER}[层楼])?(?:{_NUMBER}(?:室|号房?|房)?)?"
DOOR: Final = re.compile(
    f"(?:{_ROAD}){_HOUSE}(?:{_ESTATE})?(?:{_BUILDING})?{_FLAT}"
    f"|(?:{_ESTATE})(?:{_NUMBER}期)?(?:{_BUILDING}){_FLAT}"
    f"|(?:{_BUILDING}){_NUMBER}单元(?:{_NUMBER}[层楼])?(?:{_NUMBER}(?:室|号)?)?"
    f"|(?:{_BUILDING}|{_NUMBER}单元){_NUMBER}(?:室|房)"
)
INSIDE: Final = re.compile("栋|幢|座|号楼|单元|室|房")
WHOLE: Final = re.compile(f"(?:{_HAN}{{2,5}}?(?:省|市|自治区|区|县|州|镇|乡|街道)){{1,4}}(?:{DOOR.pattern})")
LEADS_IN: Final = re.compile("住址|住在|地址|家在|位于|装在|搬到|寄到|送到|移到|迁到|安装|[住在是到从去]")
LONGEST_AREAS: Final = 20  # signs of 省市区 before the road
BUSINESS: Final = re.compile(
    "营业厅|网点|门店|服务中心|医院|酒店|银行|学校|车站|公司|政府|法院|派出所|饭店|邮局|超市|分店"
)


def addresses_in(text: str) -> Iterator[tuple[int, int]]:
    """Where addresses begin and end."""
    for found in DOOR.finditer(text):
        start = _start(text, found.start(), found.end())
        if not BUSINESS.search(text[max(0, start - 8) : found.end()]):
            yield start, found.end()


def leads_inside(text: str) -> bool:
    """Whether it names a building, a unit or a flat and not only a house on a street."""
    return INSIDE.search(text) is not None


def _start(text: str, first: int, last: int) -> int:
    """With the areas before it, and without 我住在 that the road's name has swallowed."""
    leads = [lead.end() for lead in LEADS_IN.finditer(text, max(0, first - LONGEST_AREAS), last - 2)]
    floor = max((end for end in leads if end <= first), default=max(0, first - LONGEST_AREAS))
    inside = [end for end in leads if first < end <= first + 6 and DOOR.match(text, end)]
    places = range(inside[-1] if inside else floor, first + 1)
    whole = (place for place in places if (found := WHOLE.match(text, place)) and found.end() >= last)
    return inside[-1] if inside else next(whole, first)
