"""What the closed sets of campaigns are called, in Chinese; English is in the catalogue."""

from __future__ import annotations

from console.words import N_
from desks.campaigns.choosing import More
from desks.campaigns.languages import Spoken
from desks.campaigns.standing import Standing
from desks.campaigns.states import CampaignState, Kind, Mode, Outcome, PersonState

KINDS = {
    Kind.NEW_INSTALL: N_("新装回访"),
    Kind.REPAIR: N_("障碍修复回访"),
    Kind.COMPLAINT: N_("投诉回访"),
    Kind.LOST: N_("流失客户回访"),
    Kind.SATISFACTION: N_("满意度回访"),
}
MODES = {Mode.MACHINE: N_("语音自动回访"), Mode.PROGRESSIVE: N_("人工回访")}
STATES = {
    CampaignState.DRAFT: N_("未开始"),
    CampaignState.RUNNING: N_("进行中"),
    CampaignState.PAUSED: N_("已暂停"),
    CampaignState.STOPPED: N_("已结束"),
}
PEOPLE = {
    PersonState.WAITING: N_("待拨"),
    PersonState.CALLING: N_("正在通话"),
    PersonState.REACHED: N_("回访成功"),
    PersonState.GIVEN_UP: N_("回访未成功"),
    PersonState.DECLINED: N_("谢绝回访"),
}
OUTCOMES = {
    Outcome.COMPLETED: N_("全部答完"),
    Outcome.PARTIAL: N_("答了一部分"),
    Outcome.TALKED: N_("已通话，待登记"),
    Outcome.OPTED_OUT: N_("要求不再回访"),
    Outcome.NO_RESPONSE: N_("接通后没有作答"),
    Outcome.HUNG_UP: N_("接通后即挂机"),
    Outcome.NO_ANSWER: N_("无人接听"),
    Outcome.BUSY: N_("占线"),
    Outcome.REJECTED: N_("拒接"),
    Outcome.UNALLOCATED: N_("空号"),
    Outcome.UNREACHABLE: N_("线路不通"),
    Outcome.NO_OPERATOR: N_("话务员没有接起"),
    Outcome.CUT_OFF: N_("线路中断"),
}
LANGUAGES = {Spoken.MANDARIN: N_("普通话"), Spoken.CANTONESE: N_("粤语"), Spoken.ENGLISH: N_("英语")}
DAYS = {
    1: N_("周一"),
    2: N_("周二"),
    3: N_("周三"),
    4: N_("周四"),
    5: N_("周五"),
    6: N_("周六"),
    7: N_("周日"),
}
STANDINGS = {
    Standing.CALLING: N_("正在通话：%(count)s 人。"),
    Standing.DRAFT: N_("还没有开始。点“开始”才会拨。"),
    Standing.PAUSED: N_("已暂停。点“开始”继续拨。"),
    Standing.STOPPED: N_("已结束，不再拨。"),
    Standing.NO_WAY_OUT: N_("现在没有拨：系统没有设置外呼线路（outbound）。请联系安装人员。"),
    Standing.NO_PROMPTS: N_("现在没有拨：有的提示音还没有生成。请联系安装人员。"),
    Standing.EMPTY: N_("现在没有拨：任务里还没有号码。"),
    Standing.THROUGH: N_("都拨完了，没有等着拨的人。"),
    Standing.CLOSED: N_("现在没有拨：不在拨打时间内。%(until)s 起继续，等着拨的有 %(count)s 人。"),
    Standing.RESTING: N_("现在没有拨：等着的 %(count)s 人都还没到拨打的时间，最早 %(until)s。"),
    Standing.NO_LINES: N_("现在没有拨：没有线路在运行。请联系安装人员。"),
    Standing.CALLERS_FIRST: N_("现在没有拨：有来电在排队，先接来电。"),
    Standing.NO_OPERATOR: N_("现在没有拨：这个服务台没有空闲的话务员。"),
    Standing.DUE: N_("有 %(count)s 人该拨了，线路一有空位就拨。"),
}
OTHERS = {More.DISSATISFIED: N_("不满意的"), More.LATE: N_("超时的")}  # to choose people by
FIELDS = {  # of a change
    "name": N_("名称"),
    "kind": N_("种类"),
    "mode": N_("谁来问"),
    "desk": N_("服务台"),
    "state": N_("状态"),
    "people": N_("人数"),
    "greeting": N_("开头的提示音"),
    "questions": N_("问题"),
    "opens": N_("几点开始拨"),
    "closes": N_("几点之后不拨"),
    "days": N_("哪几天可以拨"),
    "zone": N_("时区"),
    "limit_h": N_("回访时限（小时）"),
    "earliest_h": N_("最早几小时之后拨"),
    "most_attempts": N_("最多拨几次"),
    "takes_tickets": N_("等待回访的工单自动加入"),
}
MOVES = {
    CampaignState.RUNNING: N_("开始"),
    CampaignState.PAUSED: N_("暂停"),
    CampaignState.STOPPED: N_("结束"),
}
