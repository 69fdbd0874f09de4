"""What refusals are called on the pages, in Chinese; English is in the catalogue."""

from __future__ import annotations

from console import errors
from console.words import N_
from desks.campaigns.errors import CallsWereMade, CampaignChanged, CampaignStopped
from desks.directory.cells import BadCell
from desks.directory.checking import BadEntry
from desks.directory.files import BadFile
from desks.directory.hard_cases import AnsweredMeanwhile, NothingAsked
from desks.directory.imports import NotShown
from desks.directory.planned import NotWaiting
from desks.directory.proposals import Decided
from desks.directory.undoing import CannotUndo
from desks.intake.trying import AlwaysLate
from desks.intake.viewing import PageNotShown
from desks.knowledge.errors import SettledMeanwhile, WrittenMeanwhile
from desks.tickets import errors as ticket_errors
from ledger import case_errors, conflicts
from ledger import errors as ledger_errors
from ledger.correcting import HiddenChanged
from ledger.errors import HotlineError
from ledger.list_views import ViewRefused

FAULT = N_("系统出错，错误已记入日志。请稍后再试，或联系管理员。")

# The most particular class comes first; `str(error)` stands below it as the detail.
ERRORS: tuple[tuple[type[HotlineError], str], ...] = (
    (errors.SignInNeeded, N_("还没有登录，或登录已过期。请登录后再试。")),
    (errors.WrongPassword, N_("用户名或密码不对。请再试一次，或请管理员重设密码。")),
    (errors.WrongCode, N_("验证码不对、已过期或已用过。请等下一个验证码，或用恢复码。")),
    (errors.WrongPresentPassword, N_("现在的密码不对。请重新输入。")),
    (errors.StepDue, N_("请先完成账号设置，再继续。")),
    (errors.ProviderRefused, N_("统一登录没有成功。请重新登录，或联系管理员。")),
    (errors.ProviderAway, N_("统一登录暂时不可用。请稍后再试，或用密码登录。")),
    (errors.TooManyRequests, N_("请求太频繁。请稍等片刻再试。")),
    (errors.TooManyAttempts, N_("登录失败次数太多。请稍等片刻再试。")),
    (errors.StillBlind, N_("这通电话正在盲评，评完之前不能查看或核对判定。请先到“校准”提交盲评。")),
    (errors.RoundOpen, N_("这一轮还没有关闭，关闭之后才有结果。")),
    (errors.ForgedForm, N_("表单已过期或来源不明。请重新打开页面，再提交一次。")),
    (errors.NameTaken, N_("这个用户名已经有人用。请换一个，或更改那个用户。")),
    (errors.StateKept, N_("状态没有更改：要离席请先示闲，要示闲请先注册话机。")),
    (errors.NotTalking, N_("话务员现在没有通话，不能暂停录音。请等接通后再试。")),
    (errors.FindingsOpen, N_("这通电话还有没核对的判定。请先逐项核对，再填核对结果。")),
    (errors.ReviewClosed, N_("这通电话的复核已公布或已定案，只能经申诉更改。")),
    (errors.DecidedMeanwhile, N_("有人刚刚核对了同一项。请看过再决定，填写的说明还在。")),
    (WrittenMeanwhile, N_("有人刚刚改了同一条。请看过差别再保存，您写的还在。")),
    (
        SettledMeanwhile,
        N_("这个问题刚刚有人处理了。请重新打开列表；写好的条目可再保存一次，单独成条。"),
    ),
    (AlwaysLate, N_("同时有别的报单在登记，这一次没有记下。请再提交一次，填写的内容还在。")),
    (PageNotShown, N_("这一页显示不了。原件还在，请下载后用别的程序打开。")),
    (errors.ChangedMeanwhile, N_("有人刚刚改了同一处。请看过再保存，填写的内容还在。")),
    (HiddenChanged, N_("隐藏的部分（●）不能改动。请保留原样，或请有权限的人更正。")),
    (case_errors.HeldByAnother, N_("这通电话在别人手上。请另选一通，或与对方商量。")),
    (case_errors.Elsewhere, N_("这通电话现在的进度不能做这一步。请重新打开页面，看现在能做什么。")),
    (case_errors.NotReady, N_("这一步还缺下面说的条件。请先补齐，再试一次。")),
    (case_errors.NotForThem, N_("这通电话不能分给这个人。请另选一位。")),
    (case_errors.TooLate, N_("时限已过，或话务员已经看过，不能再做这一步。")),
    (case_errors.NotHeld, N_("这通电话不在您手上。请先领取。")),
    (case_errors.OtherEyes, N_("这一步要由此前没有参与的人来做。请交给别人。")),
    (conflicts.LastAdministrator, N_("这是唯一的管理员。请先让另一个人当管理员。")),
    (conflicts.SignsInElsewhere, N_("这一项由统一登录提供，不能在这里更改。请到统一登录那里更改。")),
    (conflicts.NameHeld, N_("这个用户名属于另一个账号。请联系管理员。")),
    (conflicts.PasswordChanged, N_("密码刚刚改过。请用新密码登录。")),
    (conflicts.AlreadySo, N_("已经是这样，或没有要做的。请重新打开页面。")),
    (conflicts.Incomplete, N_("没有填全，或页面已经过时。请重新打开页面，逐项填写。")),
    (conflicts.CallHeld, N_("录音在保全中，不能删除原件。请保留原件，或先解除保全。")),
    (conflicts.RecordingDeleted, N_("录音已经删除，没有可以保全的。")),
    (conflicts.StillWorkedOn, N_("这通电话还在处理。请等评分完成后再试。")),
    (conflicts.JudgedAnew, N_("系统刚刚重新评过这通电话。请重新打开页面再核对。")),
    (conflicts.RoundNotOpen, N_("这一轮现在不收盲评。请看“校准”中的起止时间。")),
    (conflicts.OutOfTurn, N_("还有排在前面的盲评。请先做“校准”中列出的。")),
    (conflicts.ReviewFinal, N_("这份盲评已经算数，不能再改。")),
    (conflicts.WebhookStopped, N_("这个推送地址已经停用。请新建一个。")),
    (ticket_errors.MovedMeanwhile, N_("有人刚刚处理了这张工单。请看过现在的进度再做，填写的内容还在。")),
    (ticket_errors.NoSuchWay, N_("这张工单现在的进度不能做这一步。请看页面上能做什么。")),
    (ticket_errors.NotThatFar, N_("这张工单还没有到这一步。原因如下。")),
    (ticket_errors.OpenAlready, N_("这条线路已有在办工单。请催修那一张。")),
    (ticket_errors.TooLateToReopen, N_("归档已过重开期限。请另开一张工单。")),
    (ticket_errors.NotTheirs, N_("这一步要由别人来做。请联系调度员或班组长。")),
    (
        ticket_errors.OtherNumber,
        N_("这通电话的号码不是工单的号码（%(numbers)s）。请改填与这些号码的通话，或由班组长写明理由。"),
    ),
    (ticket_errors.BadTicket, N_("工单有一项没有填对。请改正下面指出的一项。")),
    (CampaignChanged, N_("有人刚刚改了这个任务。请看“改动记录”，再做一次；填写的内容还在。")),
    (CampaignStopped, N_("任务已经结束，不能再改。请另建一个。")),
    (CallsWereMade, N_("已经拨过电话，种类、谁来问和服务台不能再改。请另建一个任务。")),
    (BadEntry, N_("条目不能这样写。请改正指出的一项。")),
    (CannotUndo, N_("不能撤回：之后还有更改。请先撤回后面的，或逐条撤回其余的。")),
    (NotWaiting, N_("这项待生效的更改已经生效、取消或改过。请重新打开页面。")),
    (NotShown, N_("这次导入已经完成或放弃。请重新上传文件。")),
    (Decided, N_("有人已经处理了这份提交。请重新打开页面。")),
    (AnsweredMeanwhile, N_("这条疑难刚刚有人解答，或又有人查过。请重新打开页面。")),
    (NothingAsked, N_("没有填写。请填写要查的内容，或答案。")),
    (BadFile, N_("文件无法读取。请另存为 CSV 或 XLSX 再上传。")),
    (BadCell, N_("表头或单元格有误。请改正后再上传。")),
    (ViewRefused, N_("视图没有保存：名字已经用过，或视图已到上限。请换个名字，或先删去一个。")),
    (errors.BadInput, N_("填写的内容有误。请改正下面指出的一项。")),
    (errors.TooLarge, N_("提交的内容太长。请缩短后再提交。")),
    (errors.NoSuchPage, N_("没有这个页面。请回到录音列表。")),
    (ledger_errors.NotFound, N_("找不到要看的内容。请回到录音列表查找。")),
    (ledger_errors.NotAllowed, N_("没有权限。请向管理员申请。")),
    (ledger_errors.Conflict, N_("内容已被他人更改。请重新打开页面再改。")),
    (ledger_errors.BadRecording, N_("录音文件无法读取。请联系管理员检查存储。")),
    (ledger_errors.DiskFull, N_("磁盘已满，没有保存。请联系管理员。")),
    (ledger_errors.ArchiveAway, N_("录音归档暂时不可用。请稍后再试。")),
    (HotlineError, N_("这一步没有完成。原因如下。")),
)


def error_words(error: HotlineError) -> str:
    """The Chinese sentence for an error: its own, or that of its class."""
    if isinstance(error, errors.BadInput) and error.words:
        return error.words
    return next(words for kind, words in ERRORS if isinstance(error, kind))
