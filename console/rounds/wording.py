"""What the closed sets of rounds and of agreement are called on the pages; English is in the catalogue."""

from __future__ import annotations

from console.words import N_
from ledger.states import RoundKind
from qa_scoring.agreement import Method, Why
from qa_scoring.agreement.report import SCORE
from qa_scoring.agreement.scales import Reliance, Strength
from qa_scoring.pack_schema import Dimension

KINDS = {
    RoundKind.DOUBLE: N_("双评"),
    RoundKind.CALIBRATION: N_("校准"),
    RoundKind.SECOND: N_("二次复核"),
}

STANDARDS: dict[str, str] = {
    Dimension.FAST: N_("快"),
    Dimension.ACCURATE: N_("准"),
    Dimension.CLEAR: N_("清"),
    Dimension.WARM: N_("亲"),
    SCORE: N_("总分"),
}

WHYS = {
    Why.NOTHING_SHARED: N_("没有共同评的"),
    Why.ONE_CATEGORY: N_("判定全都一样"),
    Why.ONE_CALL: N_("只有一通"),
    Why.NO_REPEATS: N_("没有重复评"),
    Why.NO_INCONSISTENCY: N_("前后全同，无上限"),
    Why.NO_SPREAD: N_("区间无宽度"),
    Why.UNSTABLE: N_("数据太少，无区间"),
}

METHODS = {
    Method.LARGE_SAMPLE: N_("大样本公式"),
    Method.BOOTSTRAP: N_("自助法"),
    Method.WILSON: N_("威尔逊区间"),
}

STRENGTHS = {
    Strength.POOR: N_("差"),
    Strength.SLIGHT: N_("微弱"),
    Strength.FAIR: N_("尚可"),
    Strength.MODERATE: N_("中等"),
    Strength.SUBSTANTIAL: N_("较强"),
    Strength.ALMOST_PERFECT: N_("几乎完全一致"),
}

RELIANCES = {
    Reliance.RELIABLE: N_("可靠"),
    Reliance.TENTATIVE: N_("只能作初步结论"),
    Reliance.UNRELIABLE: N_("不可靠"),
}
