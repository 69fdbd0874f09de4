"""Every figure of the document that rows can tell, in its order."""

from __future__ import annotations

from typing import Any, Final

from desks.figures.source import Claim, Other, Read, Written
from desks.figures.source_rows import Rows
from desks.figures.words import Words

FIXED, BROADBAND, PAY_CARD = "固话", "宽带", "公话卡"
JULY, MAY = 7, 5


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _rise(now: float, before: float) -> float | None:
    return (now - before) / before if before else None


def _fall_of_means(rows: Rows, last: int, *, whole: bool) -> float | None:
    """How far the monthly mean of cable faults up to a month of 2008 lies below that of 2007."""
    now, before = rows.cables(2008, 1, last) / last, rows.cables(2007) / 12
    if whole:
        now, before = round(now), round(before)
    return (before - now) / before if before and now else None


def _count(id_: str, quote: str, stated: int, basis: Words, read: Read, **more: Any) -> Claim:
    return Claim(id=id_, quote=quote, stated=stated, written=Written.COUNT, basis=basis, read=read, **more)


def _percent(id_: str, quote: str, stated: float, basis: Words, read: Read, **more: Any) -> Claim:
    return Claim(id=id_, quote=quote, stated=stated, written=Written.PERCENT, basis=basis, read=read, **more)


def _yuan(id_: str, quote: str, stated: int, basis: Words, read: Read) -> Claim:
    return Claim(id=id_, quote=quote, stated=stated, written=Written.YUAN, basis=basis, read=read)


_SALES: Final = (
    _yuan(
        "cards",
        "今年1-7月份通过10050送卡26700元",
        26_700,
        Words("2008 年 1–7 月成功送卡的金额之和", "cards sold in January to July 2008, in yuan"),
        lambda rows: rows.cards_yuan(2008, 1, JULY),
    ),
    _yuan(
        "pay_cards",
        "其中公话卡15900元",
        15_900,
        Words("其中公话卡", "of these payphone cards"),
        lambda rows: rows.cards_yuan(2008, 1, JULY, card=PAY_CARD),
    ),
    _percent(
        "pay_cards_share",
        "占总送卡量的59.55%",
        59.55,
        Words("公话卡金额 ÷ 送卡金额", "payphone cards ÷ all cards, in yuan"),
        lambda rows: _share(rows.cards_yuan(2008, 1, JULY, card=PAY_CARD), rows.cards_yuan(2008, 1, JULY)),
    ),
    _count(
        "installs",
        "咨询装机812件",
        812,
        Words("2008 年 1–7 月的装机咨询", "enquiries about installing in January to July 2008"),
        lambda rows: rows.installs(2008, 1, JULY)["enquiries"],
    ),
    _count(
        "installs_succeeded",
        "成功257件",
        257,
        Words("其中成功的", "of these succeeded"),
        lambda rows: rows.installs(2008, 1, JULY)["succeeded"],
    ),
    _percent(
        "success_share",
        "成功率31.65%",
        31.65,
        Words("成功件数 ÷ 装机咨询件数", "succeeded ÷ enquiries about installing"),
        lambda rows: _share(
            rows.installs(2008, 1, JULY)["succeeded"], rows.installs(2008, 1, JULY)["enquiries"]
        ),
    ),
    _count(
        "broadband_installs",
        "其中宽带咨询539件",
        539,
        Words("装机咨询中宽带的", "of the enquiries about installing: broadband"),
        lambda rows: rows.installs(2008, 1, JULY, service=BROADBAND)["enquiries"],
    ),
    _percent(
        "broadband_installs_share",
        "占总咨询量的66.38%",
        66.38,
        Words("宽带咨询件数 ÷ 装机咨询件数", "broadband ÷ all enquiries about installing"),
        lambda rows: _share(
            rows.installs(2008, 1, JULY, service=BROADBAND)["enquiries"],
            rows.installs(2008, 1, JULY)["enquiries"],
        ),
    ),
)
_FAULTS: Final = (
    _count(
        "faults_2006",
        "2006年度公司申告故障10965件",
        10_965,
        Words("2006 年受理的障碍工单", "faults opened in 2006"),
        lambda rows: rows.faults(2006),
    ),
    _count(
        "faults_2007",
        "2007年度公司申告故障12362件",
        12_362,
        Words("2007 年受理的障碍工单", "faults opened in 2007"),
        lambda rows: rows.faults(2007),
    ),
    _count(
        "rise",
        "比06年上升1397件",
        1_397,
        Words("2007 年 − 2006 年", "2007 − 2006"),
        lambda rows: rows.faults(2007) - rows.faults(2006),
    ),
    _percent(
        "rise_share",
        "上升12.74%",
        12.74,
        Words("（2007 年 − 2006 年）÷ 2006 年", "(2007 − 2006) ÷ 2006"),
        lambda rows: _rise(rows.faults(2007), rows.faults(2006)),
    ),
    _count(
        "cables_2007",
        "2007年电缆故障(包含主干、配线电缆)2981件",
        2_981,
        Words(
            "2007 年原因属于“电缆”组（主干、配线）的障碍",
            "faults of 2007 caused by trunk or distribution cable",
        ),
        lambda rows: rows.cables(2007),
    ),
    _percent(
        "cables_share",
        "占全年故障的24.11%",
        24.11,
        Words("电缆故障 ÷ 全年障碍", "cable faults ÷ all faults of the year"),
        lambda rows: _share(rows.cables(2007), rows.faults(2007)),
    ),
    _count(
        "cables_place",
        "位居线缆故障原因的第一位",
        1,
        Words("电缆在 2007 年各原因组中按件数的名次", "place of cables among the groups of causes of 2007"),
        lambda rows: rows.place_of_cables(2007),
    ),
)
_CABLES: Final = (
    _count(
        "cables_to_may",
        "2008年1至5月份电缆故障866件",
        866,
        Words("2008 年 1–5 月的电缆故障", "cable faults of January to May 2008"),
        lambda rows: rows.cables(2008, 1, MAY),
    ),
    _percent(
        "cables_to_may_fall",
        "月平均下降30.24%",
        30.24,
        Words(
            "（2981÷12 − 866÷5）÷（2981÷12），月平均不取整",
            "(2,981÷12 − 866÷5) ÷ (2,981÷12), monthly means not rounded",
        ),
        lambda rows: _fall_of_means(rows, MAY, whole=False),
        why=Words(
            "文件把两个月平均先取整（248 件和 173 件）再相除，得 30.24%；不取整是 30.28%。",
            "The document rounds both monthly means first (248 and 173), which gives 30.24 %; "
            "unrounded it is 30.28 %.",
        ),
        other=Other(
            meaning=Words("两个月平均都先取整", "both monthly means rounded first"),
            read=lambda rows: _fall_of_means(rows, MAY, whole=True),
        ),
    ),
    _count(
        "cables_to_july",
        "08年1至7月份电缆故障967件",
        967,
        Words("2008 年 1–7 月的电缆故障", "cable faults of January to July 2008"),
        lambda rows: rows.cables(2008, 1, JULY),
    ),
    _percent(
        "cables_to_july_fall",
        "月平均下降23.33%",
        23.33,
        Words(
            "（2981÷12 − 967÷7）÷（2981÷12），和上一项同样的口径", "(2,981÷12 − 967÷7) ÷ (2,981÷12), as above"
        ),
        lambda rows: _fall_of_means(rows, JULY, whole=False),
        why=Words(
            "和 2007 年的月平均 248 件比，967 件应是下降 44.39%（取整 44.35%），比 1–5 月降得更多。"
            "23.33% 只有和每月 180 件比才得出（138 对 180），文件没有给出这个数。"
            "而且 866 件和 967 件之间只差 101 件，即 6、7 两月每月约 50 件，与下降幅度变小不合；"
            "两处“电缆故障”可能不是同一分类。",
            "Against the monthly mean of 2007 (248) 967 is a fall of 44.39 % (44.35 % of rounded "
            "means), more than "
            "that to May. 23.33 % comes out only against 180 a month (138 to 180), which the "
            "document does not "
            "give. Besides, 866 and 967 leave 101 for June and July, about 50 a month, which "
            "does not go with a "
            "smaller fall; the two may not count the same cable faults.",
        ),
        other=Other(
            meaning=Words("两个月平均都先取整", "both monthly means rounded first"),
            read=lambda rows: _fall_of_means(rows, JULY, whole=True),
        ),
    ),
)


def _of_service(id_: str, quote: str, stated: int, *, year: int, service: str, english: str) -> Claim:
    basis = Words(f"{year} 年 1–7 月的{service}障碍", f"{english} faults of January to July {year}")
    return _count(id_, quote, stated, basis, lambda rows: rows.faults(year, 1, JULY, service=service))


def _rise_of_service(id_: str, quote: str, stated: float, service: str) -> Claim:
    return _percent(
        id_,
        quote,
        stated,
        Words(
            "（2008 年 1–7 月 − 2007 年同期）÷ 2007 年同期", "(Jan–Jul 2008 − Jan–Jul 2007) ÷ Jan–Jul 2007"
        ),
        lambda rows: _rise(
            rows.faults(2008, 1, JULY, service=service), rows.faults(2007, 1, JULY, service=service)
        ),
    )


_SERVICES: Final = (
    _of_service(
        "fixed_2008", "2008年1至7月份固话故障4019件", 4_019, year=2008, service=FIXED, english="fixed-line"
    ),
    _of_service("broadband_2008", "宽带故障4666件", 4_666, year=2008, service=BROADBAND, english="broadband"),
    _of_service("fixed_2007", "07年同期固话3245件", 3_245, year=2007, service=FIXED, english="fixed-line"),
    _of_service("broadband_2007", "宽带2301件", 2_301, year=2007, service=BROADBAND, english="broadband"),
    _rise_of_service("fixed_rise", "分别上升23.85%", 23.85, FIXED),
    _rise_of_service("broadband_rise", "102.78%", 102.78, BROADBAND),
)
CLAIMS: Final = (*_SALES, *_FAULTS, *_CABLES, *_SERVICES)
