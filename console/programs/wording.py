"""What events, deliveries and rights are called on the page; English is in the catalogue."""

from __future__ import annotations

from console.rights import Right
from console.words import N_
from ledger.webhooks import DeliveryState, Event

EVENTS = {
    Event.FLAGGED: N_("通话被标记"),
    Event.PUBLISHED: N_("结果已公布"),
    Event.APPEALED: N_("话务员申诉"),
    Event.DECIDED: N_("申诉已裁定"),
    Event.TICKET_OPENED: N_("新工单"),
    Event.TICKET_OVERDUE: N_("工单超时"),
    Event.TICKET_SOLVED: N_("工单已修复待回访"),
    Event.TICKET_CLOSED: N_("工单已归档"),
    Event.TICKET_REOPENED: N_("工单重开"),
}

DELIVERY_STATES = {
    DeliveryState.DUE: N_("待送"),
    DeliveryState.DONE: N_("已送达"),
    DeliveryState.FAILED: N_("放弃"),
}

RIGHTS: dict[str, str] = {
    Right.LIST: N_("看通话列表和通话"),
    Right.LISTEN: N_("听录音"),
    Right.DOWNLOAD: N_("下载"),
    Right.MASK: N_("屏蔽录音片段"),
    Right.HOLD: N_("保全和解除"),
    Right.ORIGINALS: N_("听屏蔽前的原始录音"),
    Right.LISTENERS: N_("看谁听过"),
    Right.ROUNDS: N_("看校准结果"),
    Right.SECRETS: N_("看来电者说的私密内容"),
    Right.REVIEW: N_("核对判定"),
    Right.SAMPLES: N_("看抽样、填核对结果"),
    Right.HANDED_OUT: N_("听分派给自己的通话"),
    Right.OWN: N_("看自己的状态和通话"),
    Right.HAND_OUT: N_("分派通话"),
    Right.PUBLISH: N_("公布结果"),
    Right.APPEAL: N_("申诉"),
    Right.DECIDE: N_("裁定申诉"),
    Right.TRAIN: N_("剪片段、做播放列表"),
    Right.LEARN: N_("听播放列表、参加讨论和互评"),
    Right.FIGURES: N_("看统计"),
    Right.WATCH: N_("看大屏和话务员状态"),
    Right.SET_STATES: N_("更改话务员状态、暂停录音"),
    Right.AUDIT: N_("看审计日志"),
    Right.USERS: N_("管理账号"),
    Right.PROGRAMS: N_("管理接口令牌"),
    Right.DESK: N_("查号码、查知识、开工单"),
    Right.DIRECTORY: N_("维护号码库"),
    Right.KNOWLEDGE: N_("维护知识窗口"),
    Right.TICKETS: N_("派单、处理工单"),
    Right.CAMPAIGNS: N_("安排回访"),
    Right.BUSINESS: N_("看业务统计"),
}
