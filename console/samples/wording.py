"""What the closed sets of samples are called, in Chinese; English is in the catalogue."""

from __future__ import annotations

from console.samples.schemas import Missed
from console.words import N_
from ledger.samples import Outcome
from qa_scoring.sampling.drawing import DrawPart
from qa_scoring.sampling.estimating import Estimate
from qa_scoring.sampling.frame import Gap
from qa_scoring.sampling.plan import Dimension
from qa_scoring.sampling.reporting import PER, Basis, Kind

PARTS = {DrawPart.MONITORS: N_("质监员"), DrawPart.OUTSIDE: N_("社会质量监督员")}
BASES = {Basis.PEOPLE: N_("人工核对"), Basis.MACHINE: N_("机器判定")}
OUTCOMES = {
    Outcome.IN_ORDER: N_("符合规范"),
    Outcome.BREACH: N_("不合规范"),
    Outcome.WRONG: N_("有差错"),
    Outcome.CANNOT_TELL: N_("无法判断"),
}
MISSED = {
    Missed.NOTHING: N_("没有漏判"),
    Missed.BREACH: N_("漏判了不合规范之处"),
    Missed.WRONG: N_("漏判了差错（如报错号）"),
    Missed.CANNOT_TELL: N_("这通电话无法判断"),
}
GAPS: dict[str, str] = {
    Gap.DELETED: N_("已到保留期删除"),
    Gap.UNRECORDED: N_("没有录音"),
    Gap.PENDING: N_("尚未封存"),
    Gap.QUARANTINED: N_("处理失败"),
}
KINDS = {
    Kind.ALL: N_("全部"),
    Kind.TEAM: N_("班组"),
    Kind.DESK: N_("服务台"),
    Kind.OPERATOR: N_("话务员"),
}
DIMENSIONS: dict[str, str] = {
    Dimension.OPERATOR: N_("话务员"),
    Dimension.TEAM: N_("班组"),
    Dimension.DESK: N_("服务台"),
    Dimension.HOUR: N_("时段"),
    Dimension.NEW_STAFF: N_("新员工"),
    Dimension.WEEK: N_("周"),
}
VALUES = {"new": N_("是"), "old": N_("否")}  # of new_staff


def stratum_parts(stratum: str) -> list[tuple[str, str]]:
    """Each dimension of a stratum with its value; the values of new_staff are words."""
    if not stratum:
        return []
    pairs = [part.partition("=") for part in stratum.split("|")]
    return [
        (DIMENSIONS[name], VALUES[value] if name == Dimension.NEW_STAFF else value)
        for name, _, value in pairs
    ]


def percent(estimate: Estimate) -> tuple[str, str, str]:
    """Value and interval of a share, without the sign."""
    return _told(estimate, 100.0)


def per_ten_thousand(estimate: Estimate) -> tuple[str, str, str]:
    """Value and interval of a share, per ten thousand."""
    return _told(estimate, float(PER))


def score(estimate: Estimate) -> tuple[str, str, str]:
    """Value and interval of a score."""
    return _told(estimate, 1.0)


def _told(estimate: Estimate, times: float) -> tuple[str, str, str]:
    value, low, high = estimate.value, estimate.low, estimate.high
    if value is None or low is None or high is None:
        return "–", "–", "–"
    digits = 0 if high * times >= 1000 else 1
    return f"{value * times:.{digits}f}", f"{low * times:.{digits}f}", f"{high * times:.{digits}f}"


def bar(estimate: Estimate, top: float) -> tuple[float, float, float] | None:
    """Where an interval begins and ends and its value lies, on a scale of 0 to 100."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return None
    return estimate.low / top * 100, estimate.high / top * 100, estimate.value / top * 100
