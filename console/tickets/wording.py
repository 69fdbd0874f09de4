"""What states, moves and reasons of tickets are called, in Chinese; English is in the catalogue."""

from __future__ import annotations

from console.words import N_
from desks.tickets import (
    CallPart,
    Channel,
    Closing,
    Counting,
    Move,
    Nature,
    OverdueReason,
    PauseReason,
    Queue,
    TicketState,
)

STATES = {
    TicketState.OPEN: N_("已受理"),
    TicketState.ASSIGNED: N_("已派单"),
    TicketState.WORKING: N_("处理中"),
    TicketState.ARRANGED: N_("已预约"),
    TicketState.SOLVED: N_("已修复，待回访"),
    TicketState.CLOSED: N_("已归档"),
}
MOVES = {  # as buttons
    Move.OPENED: N_("受理"),
    Move.NOTED: N_("备注"),
    Move.URGED: N_("催修"),
    Move.TAKEN: N_("由我跟进"),
    Move.ASSIGNED: N_("派单"),
    Move.STARTED: N_("开始处理"),
    Move.ARRANGED: N_("预约"),
    Move.RESUMED: N_("结束预约"),
    Move.SOLVED: N_("修复"),
    Move.CONFIRMED: N_("回访确认，归档"),
    Move.DENIED: N_("回访未好，退回"),
    Move.NOT_REACHED: N_("回访未接通"),
    Move.GAVE_UP: N_("联系不上，归档"),
    Move.WITHDRAWN: N_("用户撤销"),
    Move.REOPENED: N_("重开"),
    Move.WARNED: N_("时限预警"),
    Move.ESCALATED: N_("超时，报班组长"),
    Move.REPORTED: N_("严重超时，报分局"),
}
QUEUES = {
    Queue.NEW: N_("待派"),
    Queue.MINE: N_("我跟进的"),
    Queue.DUE_SOON: N_("快到时限"),
    Queue.OVERDUE: N_("超时"),
    Queue.ARRANGED: N_("预约中"),
    Queue.CALL_BACK: N_("待回访"),
    Queue.OPEN: N_("全部在办"),
    Queue.ALL: N_("全部工单"),
}
NATURES = {
    Nature.FAULT: N_("障碍"),
    Nature.COMPLAINT: N_("投诉"),
    Nature.BILLING: N_("话费"),
    Nature.INSTALL: N_("装机"),
    Nature.MOVE: N_("移机"),
    Nature.OTHER: N_("其他"),
}
CHANNELS = {
    Channel.CALL: N_("电话"),
    Channel.WEB: N_("网页"),
    Channel.MAIL: N_("邮件"),
    Channel.FAX: N_("传真"),
    Channel.CALL_BACK: N_("回访"),
}
COUNTINGS = {
    Counting.CLOCK: N_("全天计时"),
    Counting.WORKING: N_("工作时间计时"),
}
ALARMS = {  # from which on somebody is told
    1: N_("时限预警起"),
    2: N_("超时起"),
    3: N_("超过一半起"),
}
OVERDUE_REASONS = {
    OverdueReason.OURS: N_("我方原因"),
    OverdueReason.CUSTOMER: N_("客户原因"),
    OverdueReason.ARRANGED: N_("预约"),
}
PAUSE_REASONS = {
    PauseReason.AGREED: N_("双方商定"),
    PauseReason.CUSTOMER: N_("客户要求"),
    PauseReason.OUTSIDE: N_("外部原因"),
}
CLOSINGS = {
    Closing.CONFIRMED: N_("回访确认"),
    Closing.UNREACHABLE: N_("多次回访未接通"),
    Closing.WITHDRAWN: N_("用户撤销"),
}
PARTS = {
    CallPart.OPENED: N_("报障来电"),
    CallPart.URGED: N_("催修来电"),
    CallPart.HEARD: N_("来电听取进度"),
    CallPart.CALL_BACK: N_("回访"),
    CallPart.TOLD: N_("其他来电"),
}
WEEKDAYS = (N_("周一"), N_("周二"), N_("周三"), N_("周四"), N_("周五"), N_("周六"), N_("周日"))
DETAILS = {  # of a step, what a reader needs of it
    "branch": N_("经营部"),
    "crew": N_("班组"),
    "cause": N_("原因"),
    "late_minutes": N_("超时分钟"),
    "kind": N_("类别"),
    "by_hand": N_("用别的电话回访"),
    "call_reason": N_("号码不符的通话，理由"),
}
KEYS = {  # on a ticket's page
    Move.TAKEN: "t",
    Move.ASSIGNED: "a",
    Move.STARTED: "s",
    Move.ARRANGED: "y",
    Move.SOLVED: "x",
    Move.CONFIRMED: "c",
    Move.DENIED: "d",
    Move.NOT_REACHED: "m",
    Move.NOTED: "n",
    Move.URGED: "u",
}
