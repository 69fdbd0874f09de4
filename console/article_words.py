"""What the knowledge window's closed sets are called on its pages, in Chinese."""

from __future__ import annotations

from console.words import N_
from desks.knowledge.records import QuestionState, Validity

VALIDITIES = {
    Validity.VALID: N_("有效"),
    Validity.NOT_YET: N_("未启用"),
    Validity.EXPIRED: N_("已过期"),
}

HINTS = {  # what of a call leads to an article
    "hotline": N_("拨打"),
    "desk": N_("服务台"),
    "menu": N_("菜单"),
    "key": N_("按键"),
    "fact": N_("已输入"),
}

ARTICLE_FIELDS = {
    "title": N_("标题"),
    "tags": N_("标签"),
    "desks": N_("服务台"),
    "hints": N_("来电提示"),
    "valid_from": N_("启用日期"),
    "valid_to": N_("停用日期"),
    "owner": N_("负责人"),
    "review_by": N_("复核期限"),
}

QUESTION_STATES = {
    QuestionState.OPEN: N_("还没有答"),
    QuestionState.ANSWERED: N_("已经答上"),
    QuestionState.DISMISSED: N_("不用处理"),
}
