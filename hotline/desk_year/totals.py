"""What is loaded: the document's numbers to the last one, and plausible weights for what it leaves open.

Source: what 漯河铁通 told of its 10050 desk on 12 September 2008. Its parts: faults of 2006 and 2007, cable
faults (trunk and distribution) of 2007 and of January to May and to July 2008, fixed-line and broadband
faults of January to July 2007 and 2008, and cards and enquiries of January to July 2008.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

FIXED, BROADBAND, PAYPHONE, LEASED, OTHER = "固话", "宽带", "公话", "专线", "其他"
DESK: Final = "10050"
BRANCHES: Final = {
    "源汇经营部": 0.3,
    "郾城经营部": 0.26,
    "召陵经营部": 0.16,
    "临颍经营部": 0.16,
    "舞阳经营部": 0.12,
}
LINES_AT_FIRST, LINES_GROWTH = 52_000, 0.006  # in January 2006, and each month since
SEASON: Final = {  # rain and lightning
    1: 0.92,
    2: 0.84,
    3: 0.93,
    4: 0.96,
    5: 1.02,
    6: 1.1,
    7: 1.22,
    8: 1.18,
    9: 1.02,
    10: 0.95,
    11: 0.92,
    12: 0.94,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """Months whose faults by service are known, or only their sum: then `rest` of all is spread by weight."""

    year: int
    months: range
    by_service: dict[str, int] = field(default_factory=dict)
    rest: int = 0
    rest_weights: dict[str, float] = field(default_factory=dict)


_OTHERS: Final = {PAYPHONE: 0.62, LEASED: 0.14, OTHER: 0.24}
_REST_2007: Final = 1_440  # of January to July: neither fixed line nor broadband
FAULTS_2007: Final = 12_362
BLOCKS: Final = (
    Block(
        year=2006,
        months=range(1, 13),
        rest=10_965,
        rest_weights={FIXED: 0.56, BROADBAND: 0.23, PAYPHONE: 0.13, LEASED: 0.03, OTHER: 0.05},
    ),
    Block(
        year=2007,
        months=range(1, 8),
        by_service={FIXED: 3_245, BROADBAND: 2_301},
        rest=_REST_2007,
        rest_weights=_OTHERS,
    ),
    Block(
        year=2007,
        months=range(8, 13),
        rest=FAULTS_2007 - 3_245 - 2_301 - _REST_2007,
        rest_weights={FIXED: 0.44, BROADBAND: 0.37, PAYPHONE: 0.12, LEASED: 0.03, OTHER: 0.04},
    ),
    Block(
        year=2008,
        months=range(1, 8),
        by_service={FIXED: 4_019, BROADBAND: 4_666},
        rest=1_486,
        rest_weights=_OTHERS,
    ),
)
CABLE: Final = {
    2006: ((1, 12, 2_612),),
    2007: ((1, 12, 2_981),),
    2008: ((1, 5, 866), (6, 7, 967 - 866)),
}
COMPLAINTS: Final = {2006: (range(1, 13), 395), 2007: (range(1, 13), 431), 2008: (range(1, 8), 236)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Sales:
    """Enquiries about installing, and cards sold, of some months."""

    year: int
    months: range
    asked: dict[str, int]
    succeeded: dict[str, int]
    cards_yuan: dict[str, int]


SALES: Final = (
    Sales(
        year=2007,
        months=range(1, 13),
        asked={FIXED: 402, BROADBAND: 731, PAYPHONE: 88},
        succeeded={FIXED: 139, BROADBAND: 204, PAYPHONE: 31},
        cards_yuan={"公话卡": 24_350, "IP电话卡": 9_200, "上网卡": 6_700},
    ),
    Sales(
        year=2008,
        months=range(1, 8),
        asked={FIXED: 217, BROADBAND: 539, PAYPHONE: 56},
        succeeded={FIXED: 81, BROADBAND: 158, PAYPHONE: 18},
        cards_yuan={"公话卡": 15_900, "IP电话卡": 6_250, "上网卡": 4_550},
    ),
)
