"""What the closed sets and the rules are called on the pages, in Chinese; English is in the catalogue."""

from __future__ import annotations

from ledger.case_states import CaseState, CaseStep
from ledger.operators import AWAY_MISSED
from ledger.records import Ending
from ledger.reject_reasons import RejectReason
from ledger.review_marks import KEYS
from ledger.review_rules import WhySecond
from ledger.states import (
    CallState,
    Decision,
    FactKey,
    OperatorState,
    Place,
    Reason,
    Result,
    Role,
    UserRole,
    Verdict,
)


def N_(text: str) -> str:  # noqa: N802 - the name that Babel looks for
    """Mark a string for the catalogue without translating it yet."""
    return text


STATES = {
    CallState.RECEIVED: N_("来电中"),
    CallState.ANSWERED: N_("通话中"),
    CallState.ENDED: N_("待封存"),
    CallState.RECORDED: N_("待转写"),
    CallState.NO_MODEL: N_("无语音模型"),
    CallState.TRANSCRIBED: N_("待评分"),
    CallState.SCORED: N_("已评分"),
    CallState.UNRECORDED: N_("无录音"),
    CallState.QUARANTINED: N_("处理失败"),
}

RESULTS = {
    Result.SERVED: N_("已服务"),
    Result.ABANDONED: N_("来电者中途放弃"),
    Result.REFUSED: N_("未接入"),
    Result.FAILED: N_("故障"),
}

REASONS = {
    Reason.CALLER_HUNG_UP: N_("来电者挂机"),
    Reason.CALLER_VANISHED: N_("来电者断线"),
    Reason.OPERATOR_HUNG_UP: N_("话务员挂机"),
    Reason.MENU_ENDED: N_("菜单播放完毕"),
    Reason.FEATURE_CODE: N_("话务员用功能码设置状态"),
    Reason.MESSAGE_LEFT: N_("留言结束"),
    Reason.CALL_BACK_ASKED: N_("登记了回电"),
    Reason.DESK_CLOSED: N_("服务台不在服务时间"),
    Reason.NO_OPERATOR: N_("等候到时限，没有空闲话务员"),
    Reason.QUEUE_FULL: N_("排队人数已满"),
    Reason.CANCELLED: N_("应答之前来电者取消了呼叫"),
    Reason.UNKNOWN_NUMBER: N_("所拨号码不存在（404）"),
    Reason.LINES_BUSY: N_("线路全忙（486）"),
    Reason.NOT_ALLOWED: N_("未经许可的来源或去向（403）"),
    Reason.TOO_MANY_CALLS: N_("来源的并发呼叫数已到上限（503）"),
    Reason.LINE_SILENT: N_("线路没有及时应答（503）"),
    Reason.NO_ACK: N_("接通后来电方没有确认"),
    Reason.BAD_REQUEST: N_("没有共同的语音编码或请求有误（488）"),
    Reason.DRAINING: N_("线路停机"),
    Reason.TIME_LIMIT: N_("到了单次通话的最长时限"),
    Reason.MEDIA_FAILED: N_("语音通道故障"),
    Reason.LINE_DIED: N_("线路进程中断"),
    Reason.NUMBER_READ: N_("转自动报号"),
    Reason.IMPORTED: N_("由外部录音导入"),
    Reason.INTERNAL_ERROR: N_("系统内部错误，原因见日志"),
    Reason.NO_ANSWER: N_("对方无人接听"),
    Reason.BUSY: N_("对方占线"),
    Reason.REJECTED: N_("对方拒接"),
    Reason.UNALLOCATED: N_("对方号码不存在"),
    Reason.UNREACHABLE: N_("呼叫没有送达"),
    Reason.QUESTIONS_ENDED: N_("回访问题问完"),
    Reason.NO_RESPONSE: N_("接通后没有按键"),
    Reason.OPTED_OUT: N_("对方要求不再回访"),
}

PLACES = {
    Place.NOTICE: N_("欢迎语和录音提示"),
    Place.MENU: N_("语音菜单"),
    Place.QUEUE: N_("排队等候"),
    Place.OPERATOR: N_("人工通话"),
    Place.SURVEY: N_("满意度征询"),
    Place.ANNOUNCEMENT: N_("通知播放"),
    Place.VOICEMAIL: N_("语音留言"),
    Place.CALL_BACK: N_("登记回电"),
    Place.QUESTION: N_("回访提问"),
    Place.READ_BACK: N_("自动报号"),
    Place.CONNECTED: N_("接通所查号码"),
    Place.PAUSED: N_("录音暂停"),
    Place.LOST: N_("没有录上的部分"),
}

ROLES = {
    Role.CALLER: N_("来电者"),
    Role.OPERATOR: N_("话务员"),
    Role.SYSTEM: N_("系统"),
    Role.MIXED: N_("混合声道"),
}

VERDICTS = {
    Verdict.PASS: N_("合格"),
    Verdict.FAIL: N_("不合格"),
    Verdict.CANNOT_TELL: N_("无法判断"),
    Verdict.NOT_APPLICABLE: N_("不适用"),
}

CASE_STATES = {
    CaseState.OPEN: N_("待复核"),
    CaseState.REVIEWED: N_("已复核，待公布"),
    CaseState.SECOND: N_("二次盲评中"),
    CaseState.PUBLISHED: N_("已公布"),
    CaseState.APPEALED: N_("申诉中"),
    CaseState.FINAL: N_("已定"),
}

CASE_STEPS = {
    CaseStep.TAKEN: N_("领取"),
    CaseStep.RETURNED: N_("退回"),
    CaseStep.HANDED: N_("分派"),
    CaseStep.REVIEWED: N_("完成复核"),
    CaseStep.REOPENED: N_("退回复核"),
    CaseStep.ASKED_SECOND: N_("要求二次复核"),
    CaseStep.SECONDED: N_("完成二次复核"),
    CaseStep.SETTLED: N_("裁定分歧"),
    CaseStep.PUBLISHED: N_("公布"),
    CaseStep.WITHDRAWN: N_("撤回公布"),
    CaseStep.APPEALED: N_("申诉"),
    CaseStep.UPHELD: N_("申诉成立"),
    CaseStep.DISMISSED: N_("申诉不成立"),
    CaseStep.CLOSED: N_("结案"),
}

# Why the plan asked for a second review: notes of steps that nobody wrote.
WHY_SECOND: dict[str, str] = {
    WhySecond.FATAL: N_("有一票否决项"),
    WhySecond.LOW_SCORE: N_("分数低"),
    WhySecond.DRAWN: N_("随机抽到"),
}

DECISIONS = {Decision.CONFIRMED: N_("已确认"), Decision.REJECTED: N_("已驳回")}

STANDARDS = {"快": N_("快"), "准": N_("准"), "清": N_("清"), "亲": N_("亲")}
STANDARD_FIELDS = {standard: f"mark-{key}" for key, standard in KEYS.items()}  # of forms

REJECT_REASONS = {
    RejectReason.MISHEARD: N_("听错"),
    RejectReason.CONTEXT: N_("语境允许"),
    RejectReason.NO_RULE: N_("规则不适用"),
    RejectReason.WRONG_PERSON: N_("不是话务员说的"),
    RejectReason.TWICE: N_("与另一项重复"),
    RejectReason.OTHER: N_("其他（请说明）"),
}

USER_ROLES = {
    UserRole.ADMINISTRATOR: N_("管理员"),
    UserRole.QUALITY_LEAD: N_("质检主管"),
    UserRole.MONITOR: N_("质监员"),
    UserRole.TEAM_LEAD: N_("班组长"),
    UserRole.OPERATOR: N_("话务员"),
    UserRole.SUPERVISOR: N_("社会质量监督员"),
    UserRole.AUDITOR: N_("审计员"),
    UserRole.DISPATCHER: N_("调度员"),
    UserRole.EDITOR: N_("资料员"),
}

OPERATOR_STATES = {
    OperatorState.OFF: N_("离线"),
    OperatorState.IDLE: N_("空闲"),
    OperatorState.RESERVED: N_("已分配"),
    OperatorState.RINGING: N_("振铃"),
    OperatorState.TALKING: N_("人工通话"),
    OperatorState.WRAP_UP: N_("话后处理"),
    OperatorState.AWAY: N_("离席"),
}

# Reasons that are not typed by people.
AWAY_REASONS = {AWAY_MISSED: N_("未接")}

# What a person may set, as the buttons say it.
STATE_BUTTONS = {
    OperatorState.IDLE: N_("示闲"),
    OperatorState.AWAY: N_("离席"),
    OperatorState.OFF: N_("签退"),
}

# Facts that a plan collects under names of its own are shown by those names.
FACTS: dict[str, str] = {
    FactKey.DIRECTORY_NUMBER: N_("所查号码"),
    FactKey.DIRECTORY_NAME: N_("所查单位"),
    FactKey.DIRECTORY_ENTRY: N_("号码条目"),
    FactKey.DIRECTORY_READ_BY: N_("报号方式"),
    FactKey.CONNECTED_NUMBER: N_("接通的号码"),
    FactKey.CONNECTED_HOW: N_("接通结果"),
    FactKey.LANGUAGE: N_("所选语言"),
    FactKey.LEFT_AFTER_S: N_("接通后几秒挂机"),
    FactKey.FEATURE: N_("功能码结果"),
    FactKey.SOURCE: N_("来源地址"),
    FactKey.UNRECORDED: N_("没有录音的原因"),
    FactKey.CAPTURED_S: N_("录到第几秒"),
    FactKey.CALLER_LOST: N_("来电者丢包"),
    FactKey.OPERATOR_LOST: N_("话务员丢包"),
    FactKey.SURVEY_ASKED: N_("征询满意度"),
    FactKey.SURVEY_WHY: N_("未征询原因"),
    FactKey.SURVEY_MARK: N_("满意度评分"),
    FactKey.CAMPAIGN: N_("回访任务"),
    "fault_number": N_("障碍号码"),
}

# Values of facts that are words, by fact; all others are shown as they are.
FACT_VALUES: dict[str, dict[str, str]] = {
    FactKey.LANGUAGE: {"zh": N_("普通话"), "yue": N_("粤语"), "en": N_("英语")},
    FactKey.FEATURE: {
        "operator-ready": N_("签到"),
        "operator-away": N_("离席"),
        "operator-off": N_("签退"),
        "operator-unchanged": N_("状态未改"),
    },
    FactKey.UNRECORDED: {"no_room": N_("磁盘空间不足")},
    FactKey.SURVEY_ASKED: {"yes": N_("是"), "cut": N_("没有听完"), "no": N_("否")},
    FactKey.SURVEY_WHY: {
        "caller_hung_up": N_("来电者先挂机"),
        "disabled": N_("征询已关闭"),
        "time_limit": N_("到了单次通话的最长时限"),
        "transferred": N_("转接后没有接通"),
    },
    FactKey.DIRECTORY_READ_BY: {"machine": N_("自动播报")},
    FactKey.CONNECTED_HOW: {
        "ringing": N_("振铃时挂机"),
        "talked": N_("已通话"),
        "no_answer": N_("无人接听"),
        "not_reached": N_("没有接通"),
    },
}

# The standard packs' rules. A pack's own title wins in Chinese; English comes from these by id.
RULES = {
    "greeting": N_("问候语"),
    "closing": N_("结束语"),
    "forbidden-words": N_("服务忌语"),
    "hold-notice": N_("请稍等提示"),
    "apology-after-wait": N_("久等致歉"),
    "offer-more-help": N_("主动询问其他需要"),
    "long-silence": N_("长时间静默"),
    "overtalk": N_("抢话"),
    "speech-rate": N_("语速"),
    "answer-delay": N_("应答时限"),
    "number-readback": N_("报号核对"),
}


def ending_words(ending: Ending) -> tuple[str, ...]:
    """How a call ended: result, reason and place, each to be translated on its own."""
    words = (RESULTS[ending.result], REASONS[ending.reason])
    return (*words, PLACES[ending.place]) if ending.place else words
