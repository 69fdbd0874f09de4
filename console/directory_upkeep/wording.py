"""What the closed sets of the directory's upkeep are called, in Chinese; English is in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from console.words import N_
from desks.directory.cells import write_list, write_numbers
from desks.directory.checking import Fault
from desks.directory.documents import TIMES, numbers_of
from desks.directory.hard_cases import CaseOrder, CaseState, without_numbers
from desks.directory.history import Kind, Source
from desks.directory.import_records import ImportState, LineKind, Mode
from desks.directory.proposals import ProposalKind, ProposalState
from desks.directory.records import EntryState
from desks.directory.undoing import Hindrance
from desks.directory.work_records import WorkProblem, WorkStep

SOURCES = {
    Source.HAND: N_("手工"),
    Source.IMPORT: N_("导入"),
    Source.PROPOSAL: N_("采纳提交"),
    Source.PLANNED: N_("到期生效"),
    Source.UNDO: N_("撤回"),
}
KINDS = {Kind.ADDED: N_("增"), Kind.REMOVED: N_("删"), Kind.CHANGED: N_("改")}
HINDRANCES = {
    Hindrance.UNDONE: N_("已撤回"),
    Hindrance.LATER: N_("之后还有更改"),
    Hindrance.ELSEWHERE: N_("条目与记录不符"),
}
MODES = {Mode.CHANGES: N_("只增和改"), Mode.WHOLE: N_("全量：文件里没有的就删除")}
IMPORT_STATES = {
    ImportState.READING: N_("没有读完"),
    ImportState.SHOWN: N_("待确认"),
    ImportState.APPLYING: N_("没有导完"),
    ImportState.APPLIED: N_("已导入"),
    ImportState.DISCARDED: N_("已放弃"),
    ImportState.UNREADABLE: N_("无法读取"),
}
STEPS = {
    WorkStep.BEGINNING: N_("正在开始"),
    WorkStep.READING: N_("正在读文件"),
    WorkStep.COMPARING: N_("正在与号码库对照"),
    WorkStep.APPLYING: N_("正在导入"),
    WorkStep.CHECKING: N_("正在核对能否撤回"),
    WorkStep.UNDOING: N_("正在撤回"),
}
WORK_PROBLEMS = {
    WorkProblem.BAD_FILE: N_("文件无法读取。请另存为 CSV 或 XLSX 再上传。"),
    WorkProblem.HINDERED: N_("不能撤回：之后还有更改。请先撤回后面的，或逐条撤回其余的。"),
    WorkProblem.REFUSED: N_("没有做：这期间已经导入、放弃或撤回。请重新打开页面。"),
    WorkProblem.BROKEN: N_("试了几次都没有做成。请再做一次；再不成，请联系管理员看日志。"),
}
LINE_KINDS = {
    LineKind.ADDED: N_("新增"),
    LineKind.CHANGED: N_("更改"),
    LineKind.REMOVED: N_("删除"),
    LineKind.CONFLICT: N_("冲突"),
    LineKind.BAD: N_("坏行"),
}
FAULTS = {
    Fault.NO_NAME: N_("没有名称。"),
    Fault.NO_NUMBER: N_("没有号码。"),
    Fault.TOO_LONG: N_("这一栏太长。"),
    Fault.BAD_SIGNS: N_("这一栏有不能显示的字符或换行。"),
    Fault.BAD_NUMBER: N_("不是电话号码。号码要 3 到 20 位数字，分机写在“-”或“转”之后。"),
    Fault.BAD_TIME: N_("不是时间。时间要写成 2026-11-30 08:00 这样。"),
    Fault.TIMES_CROSSED: N_("失效时间不能早于生效时间。"),
    Fault.FORMULA: N_("这一格是公式。请改成文字或数字。"),
    Fault.WRONG_CELLS: N_("这一行的格数与表头不同（这一行/表头）。"),
    Fault.BAD_ID: N_("编号不是数字。"),
    Fault.NO_ENTRY: N_("没有这个编号的条目，或条目已经撤销。"),
    Fault.SEVERAL_ENTRIES: N_("有几个条目都是这个名称和号码。请写上编号。"),
    Fault.STALE: N_("导出之后条目又改过（这里是导出时的版本）。"),
    Fault.SAME_NUMBER: N_("这个号码在另一个名称下也有。"),
    Fault.TWICE: N_("文件里还有别的行是同一个条目（这里是那些行）。"),
    Fault.KEY_TAKEN: N_("这个外部编号属于另一个条目。"),
    Fault.MEANWHILE: N_("预览之后条目又改过，这一行没有导入。"),
    Fault.BAD_STATE: N_("状态要写“在册”或“撤销”。"),
}
FIELDS = {
    "name": N_("名称"),
    "aliases": N_("别名"),
    "kind": N_("类别"),
    "district": N_("区域"),
    "address": N_("地址"),
    "numbers": N_("号码"),
    "remark": N_("备注"),
    "valid_from": N_("生效时间"),
    "valid_until": N_("失效时间"),
    "state": N_("状态"),
}
STATES = {EntryState.LISTED.value: N_("在册"), EntryState.REMOVED.value: N_("撤销")}
PROPOSAL_KINDS = {
    ProposalKind.NEW: N_("新单位"),
    ProposalKind.CHANGE: N_("更改"),
    ProposalKind.CLOSED: N_("已撤销"),
}
PROPOSAL_STATES = {
    ProposalState.OPEN: N_("待处理"),
    ProposalState.APPROVED: N_("已采纳"),
    ProposalState.REJECTED: N_("未采纳"),
    ProposalState.MERGED: N_("已合并"),
}
CASE_STATES = {
    CaseState.OPEN: N_("待解答"),
    CaseState.ANSWERED: N_("已解答"),
    CaseState.DROPPED: N_("不收"),
}
CASE_ORDERS = {CaseOrder.OFTEN: N_("问得多的在前"), CaseOrder.LATE: N_("最近问的在前")}
ENCODINGS: Final = {"utf-8": "UTF-8", "gb18030": "GB18030", "xlsx": "XLSX"}
DELIMITERS = {
    "comma": N_("逗号"),
    "semicolon": N_("分号"),
    "tab": N_("制表符"),
    "bar": N_("竖线"),
}


def value_text(field: str, value: Any) -> str:
    """A field of a document as people read it; a state is a msgid, a time as it is kept."""
    if value is None:
        return ""
    if field == "aliases":
        return write_list(value)
    if field == "numbers":
        return numbers_text(value)
    return STATES.get(value, value) if field == "state" else str(value)


def numbers_text(told: Sequence[Mapping[str, str]]) -> str:
    """Numbers of a document."""
    return write_numbers(numbers_of(told))


def printed(asked: str) -> str:
    """What was asked, as it may leave the house: without telephone numbers, which may be callers'."""
    return without_numbers(asked)


def is_time(field: str) -> bool:
    """Whether a field of a document is a time in ISO 8601."""
    return field in TIMES
