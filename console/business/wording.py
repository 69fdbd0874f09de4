"""How business figures and their changes are written."""

from __future__ import annotations

from dataclasses import dataclass

from console.campaigns import wording as campaigns
from console.tickets import wording as tickets
from console.words import N_
from desks.figures import EnquiryKind, EnquiryResult, RefusalReason
from desks.figures.changes import Change
from desks.figures.figure import Unit
from desks.figures.source import Verdict, Written
from ledger.tables.statistics import MARKS

NONE = "–"
PRESETS = (N_("今天"), N_("本月"), N_("上月"), N_("今年"), N_("去年"))
NATURES, PAUSE_REASONS, CAMPAIGNS = tickets.NATURES, tickets.PAUSE_REASONS, campaigns.KINDS
LATE_REASONS = tickets.OVERDUE_REASONS | {None: N_("原因未注明")}
ENQUIRY_KINDS = {
    EnquiryKind.INSTALL: N_("咨询装机"),
    EnquiryKind.CARD: N_("送卡"),
    EnquiryKind.MOVE: N_("移机"),
    EnquiryKind.REMOVE: N_("拆机"),
    EnquiryKind.RENEW: N_("续费"),
}
ENQUIRY_RESULTS = {
    EnquiryResult.SUCCEEDED: N_("成功"),
    EnquiryResult.REFUSED: N_("未成功"),
    EnquiryResult.OPEN: N_("还没有结果"),
}
REFUSALS = {
    RefusalReason.NO_CABLE: N_("无缆"),
    RefusalReason.NO_PORT: N_("无端口"),
    RefusalReason.PRICE: N_("资费"),
    RefusalReason.CHANGED_MIND: N_("客户放弃"),
    RefusalReason.OTHER: N_("其他"),
}
BEHIND = {  # what stands behind a number that no figure is named after
    "refused": ENQUIRY_RESULTS[EnquiryResult.REFUSED],
    **{f"paused_minutes_{reason}": title for reason, title in PAUSE_REASONS.items()},
    "asked": N_("被征询"),
    "marked": N_("给了评分"),
    "talked": N_("人工接听"),
    **{f"mark_{key}": N_("评分键") for key in MARKS},
}
OUTCOMES = campaigns.OUTCOMES | {None: N_("还没有呼叫")}
VERDICTS = {
    Verdict.AGREES: N_("一致"),
    Verdict.DIFFERS: N_("不一致"),
    Verdict.NO_ROWS: N_("没有数据"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A change as people read it."""

    text: str
    is_good: bool | None  # None: neither, or the same
    from_nothing: bool = False  # there was nothing before: it is no share


def tell(unit: Unit, value: float | None) -> str:
    """A value as people read it; minutes as hours and minutes."""
    if value is None:
        return NONE
    match unit:
        case Unit.COUNT:
            return f"{value:,.0f}"
        case Unit.MINUTES:
            hours, minutes = divmod(round(value), 60)
            return f"{hours:,}:{minutes:02}"
        case Unit.SHARE:
            return f"{value * 100:.2f}%"
        case Unit.YUAN:
            return f"{value:,.2f}".removesuffix(".00")
        case Unit.PER_THOUSAND:
            return f"{value:.2f}"


def tell_change(change: Change, *, is_good_high: bool | None = False) -> Told:
    """A change in per cent; where there was nothing before, how many more there are."""
    difference = change.difference
    is_good = None if is_good_high is None or not difference else (difference > 0) is is_good_high
    if change.ratio is None:
        text = f"+{difference:,}" if difference else NONE
        return Told(text=text, is_good=is_good, from_nothing=bool(difference))
    return Told(text=f"{change.ratio * 100:+.2f}%".replace("-", "−"), is_good=is_good)


def tell_claim(kind: Written, value: float | None, *, is_stated: bool = False) -> str:
    """A number of the document, or ours beside it."""
    if value is None:
        return NONE
    if kind is Written.PERCENT:
        return f"{value if is_stated else value * 100:.2f}%"
    return f"{value:,.0f}"
