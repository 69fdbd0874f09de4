"""What services, files and their problems are called, in Chinese; English is in the catalogue."""

from __future__ import annotations

from console.words import N_
from desks.intake.kinds import FileKind, Problem
from desks.intake.outbox import MailKind

SERVICES = (N_("固话"), N_("宽带"), N_("公话"), N_("专线"), N_("其他"))  # the standard list, to be translated
KINDS = {
    FileKind.TIFF: N_("传真（TIFF）"),
    FileKind.PDF: "PDF",
    FileKind.PNG: N_("图片"),
    FileKind.JPEG: N_("图片"),
    FileKind.TEXT: N_("文本"),
    FileKind.OFFICE: N_("办公文档"),
}
PROBLEMS = {
    Problem.BROKEN: N_("文件是坏的，看不了页面；原件已保存，可以下载。"),
    Problem.ENCRYPTED: N_("文件有密码，看不了页面；原件已保存，请向对方要密码。"),
    Problem.HUGE: N_("页面大得不正常，不在这里显示；原件已保存，请小心打开。"),
    Problem.NOT_TAKEN: N_("这一类文件不收，没有保存。"),
    Problem.TOO_LARGE: N_("文件超过 10 MB，没有保存；请对方分开再发。"),
    Problem.TOO_MANY: N_("附件超过 10 个，这一个没有保存。"),
}
MAILS = {
    MailKind.ANSWER: N_("自动回复"),
    MailKind.REPLY: N_("回复"),
    MailKind.ALARM: N_("超时通知"),
}
