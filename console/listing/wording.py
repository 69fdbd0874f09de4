"""What queues, orders, columns and filters are called, in Chinese; English is in the catalogue."""

from __future__ import annotations

from console.listing.columns import Column
from console.listing.schemas import ModelState, Queue, Sort
from console.words import N_
from ledger.review_marks import HIGHEST, LOWEST
from ledger.review_marks import KEYS as MARKS

__all__ = ["HIGHEST", "LOWEST", "MARKS"]

QUEUES = {
    Queue.MINE: N_("待我处理"),
    Queue.SAMPLE: N_("抽样"),
    Queue.FLAGGED: N_("有问题"),
    Queue.LATER: N_("转接后有问题"),
    Queue.APPEALS: N_("申诉"),
    Queue.ALL: N_("全部"),
}
ROUNDS = N_("待校准")

HINTS = {
    Queue.MINE: N_("您领取的或分给您的，等得最久的在前。"),
    Queue.SAMPLE: N_("抽中的、分给您或还没有分给谁的，还没有人听过。"),
    Queue.FLAGGED: N_("有标记、还没有复核、别人没有领取的，标记最多的在前。"),
    Queue.LATER: N_("转接之后，另一位话务员的通话有标记，还有没核对的判定；别人没有领取的，等得最久的在前。"),
    Queue.APPEALS: N_("等待裁定的申诉，等得最久的在前。"),
    Queue.ALL: N_("有标记的排在最前，其次按时间从新到旧。"),
}
EMPTY = {
    Queue.MINE: N_("您手上没有待处理的录音"),
    Queue.SAMPLE: N_("没有等您听的抽样录音"),
    Queue.FLAGGED: N_("没有等待复核的问题录音"),
    Queue.LATER: N_("没有转接后有问题的录音"),
    Queue.APPEALS: N_("没有等待裁定的申诉"),
}

SORTS = {
    Sort.WORST: N_("标记最多"),
    Sort.TIME: N_("时间"),
    Sort.SCORE: N_("得分从低到高"),
    Sort.LENGTH: N_("时长"),
    Sort.POINTS: N_("最重的一条扣分"),
    Sort.WAIT: N_("排队等候"),
}

COLUMNS = {
    Column.DESK: N_("热线与服务台"),
    Column.CALLER: N_("主叫"),
    Column.OPERATOR: N_("话务员"),
    Column.TEAM: N_("班组"),
    Column.LENGTH: N_("时长"),
    Column.WAIT: N_("等候"),
    Column.SCORE: N_("得分"),
    Column.SURVEY: N_("满意度"),
    Column.LANGUAGE: N_("语言"),
    Column.REVIEWER: N_("复核人"),
}
SORTED_BY = {
    Column.LENGTH: Sort.LENGTH,
    Column.WAIT: Sort.WAIT,
    Column.SCORE: Sort.SCORE,
}

MODELS = {
    ModelState.MISSING: N_("缺少语音模型"),
    ModelState.ASKED: N_("等待换模型重新转写"),
}

LANGUAGES = {
    "zh": N_("普通话"),
    "yue": N_("粤语"),
    "hak": N_("客家话"),
    "nan": N_("潮汕话"),
    "en": N_("英语"),
}

KEYS = (
    ("j ↓", N_("下一行")),
    ("k ↑", N_("上一行")),
    ("Enter", N_("打开这一通")),
    ("Space", N_("播放或停止最重的判断")),
    ("c", N_("确认这条判断")),
    ("r", N_("驳回这条判断，再按数字选理由")),
    ("u", N_("撤销刚才的确认或驳回")),
    ("t", N_("领取，或放回")),
    ("f", N_("完成这一通的复核，缺分数时按数字填")),
    ("n", N_("领取并打开队列里的下一通")),
    ("x", N_("选中，或取消选中")),
    ("Shift+x", N_("选中从上次到这里的一段")),
    ("h", N_("分派选中的录音")),
    ("/", N_("查找文字")),
    ("[ ]", N_("上一页，下一页")),
    ("?", N_("这张键盘表")),
)
