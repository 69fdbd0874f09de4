"""The bar's links, each with the right that opens its page: nobody sees a link that is refused."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from console.links import AUDIT, DIRECTORY, HANDED_OUT, HOME, PEOPLE, TICKETS, WORKPLACE
from console.rights import HOLDERS, Right
from console.words import N_
from ledger.records import User


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """A page in the bar. `{name}` in a path is what the user signs in with."""

    path: str
    title: str
    right: Right


LINKS = (
    Link(path=WORKPLACE, title=N_("接听台"), right=Right.OWN),
    Link(path="/operators/{name}", title=N_("我的状态"), right=Right.OWN),
    Link(path=HANDED_OUT, title=N_("待听电话"), right=Right.HANDED_OUT),
    Link(path=HOME, title=N_("录音"), right=Right.LIST),
    Link(path="/samples", title=N_("抽样"), right=Right.SAMPLES),
    Link(path="/rounds", title=N_("校准"), right=Right.REVIEW),
    Link(path="/published", title=N_("质检结果"), right=Right.OWN),
    Link(path="/appeals", title=N_("申诉"), right=Right.DECIDE),
    Link(path="/training", title=N_("培训"), right=Right.LEARN),
    Link(path="/figures", title=N_("统计"), right=Right.FIGURES),
    Link(path="/wallboard", title=N_("大屏"), right=Right.WATCH),
    Link(path="/left", title=N_("留言回电"), right=Right.WATCH),
    Link(path="/operators", title=N_("话务员"), right=Right.WATCH),
    Link(path=DIRECTORY, title=N_("查号"), right=Right.DESK),
    Link(path=TICKETS, title=N_("工单"), right=Right.TICKETS),
    Link(path="/knowledge", title=N_("百宝箱"), right=Right.DESK),
    Link(path="/campaigns", title=N_("回访"), right=Right.CAMPAIGNS),
    Link(path="/enquiries", title=N_("登记咨询"), right=Right.OWN),
    Link(path="/business", title=N_("业务统计"), right=Right.BUSINESS),
    Link(path=AUDIT, title=N_("审计"), right=Right.AUDIT),
    Link(path=PEOPLE, title=N_("用户"), right=Right.USERS),
    Link(path="/programs", title=N_("接口"), right=Right.PROGRAMS),
)


def links_of(user: User) -> tuple[tuple[str, str], ...]:
    """Path and title of each page that the user may open, in the bar's order."""
    return tuple(
        (link.path.format(name=quote(user.name, safe="")), link.title)
        for link in LINKS
        if user.role in HOLDERS[link.right]
    )
