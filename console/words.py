"""What the closed sets and the rules are called on the pages, in Chinese; English is in the catalogue."""

from __future__ import annotations

from console import errors
from ledger import errors as ledger_errors
from ledger.errors import HotlineError
from ledger.operators import AWAY_MISSED
from ledger.records import Ending
from ledger.states import (
    AuditAction,
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
    Reason.IMPORTED: N_("由外部录音导入"),
    Reason.INTERNAL_ERROR: N_("系统内部错误，原因见日志"),
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

AUDIT_ACTIONS = {
    AuditAction.LOOKED: N_("查看"),
    AuditAction.LISTENED: N_("收听"),
    AuditAction.DOWNLOADED: N_("下载"),
    AuditAction.HEARD_ORIGINAL: N_("收听原始录音"),
    AuditAction.SAW_SECRETS: N_("看到或听到敏感信息"),
    AuditAction.MASKED: N_("屏蔽"),
    AuditAction.HELD: N_("保全"),
    AuditAction.RELEASED: N_("解除保全"),
    AuditAction.REVIEWED: N_("核对判定"),
    AuditAction.RULE_SUSPENDED: N_("暂停规则扣分"),
    AuditAction.RULE_REINSTATED: N_("恢复规则扣分"),
    AuditAction.SIGNED_IN: N_("登录"),
    AuditAction.SIGN_IN_FAILED: N_("登录失败"),
    AuditAction.SIGNED_OUT: N_("退出"),
}

DECISIONS = {Decision.CONFIRMED: N_("已确认"), Decision.REJECTED: N_("已驳回")}

USER_ROLES = {
    UserRole.ADMINISTRATOR: N_("管理员"),
    UserRole.MONITOR: N_("质监员"),
    UserRole.TEAM_LEAD: N_("班组长"),
    UserRole.OPERATOR: N_("话务员"),
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

FAULT = N_("系统出错，错误已记入日志。请稍后再试，或联系管理员。")

# The most particular class comes first; `str(error)` stands below it as the detail.
ERRORS: tuple[tuple[type[HotlineError], str], ...] = (
    (errors.SignInNeeded, N_("还没有登录，或登录已过期。请登录后再试。")),
    (errors.WrongPassword, N_("用户名或密码不对。请再试一次，或请管理员重设密码。")),
    (errors.TooManyAttempts, N_("登录失败次数太多。请稍等片刻再试。")),
    (errors.StillBlind, N_("这通电话正在盲评，评完之前不能查看或核对判定。请先到“校准”提交盲评。")),
    (errors.RoundOpen, N_("这一轮还没有关闭，关闭之后才有结果。")),
    (errors.ForgedForm, N_("表单已过期或来源不明。请重新打开页面，再提交一次。")),
    (errors.StateKept, N_("状态没有更改：要离席请先示闲，要示闲请先注册话机。")),
    (errors.FindingsOpen, N_("这通电话还有没核对的判定。请先逐项核对，再填核对结果。")),
    (errors.BadInput, N_("填写的内容有误。请改正下面指出的一项。")),
    (errors.NoSuchPage, N_("没有这个页面。请回到录音列表。")),
    (ledger_errors.NotFound, N_("找不到要看的内容。请回到录音列表查找。")),
    (ledger_errors.NotAllowed, N_("没有权限。请向管理员申请。")),
    (ledger_errors.Conflict, N_("内容已被他人更改。请重新打开页面再改。")),
    (ledger_errors.BadRecording, N_("录音文件无法读取。请联系管理员检查存储。")),
    (HotlineError, N_("这一步没有完成。原因如下。")),
)


def error_words(error: HotlineError) -> str:
    """The Chinese sentence for an error's class."""
    return next(words for kind, words in ERRORS if isinstance(error, kind))


def ending_words(ending: Ending) -> tuple[str, ...]:
    """How a call ended: result, reason and place, each to be translated on its own."""
    words = (RESULTS[ending.result], REASONS[ending.reason])
    return (*words, PLACES[ending.place]) if ending.place else words
