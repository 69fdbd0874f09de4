"""Campaigns as pages and programs see and change them; every change is in the audit log."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Final

from sqlalchemy.orm import Session

from console.campaigns.orders import (
    LONGEST_WHY,
    CampaignOrder,
    ChangeOrder,
    changed_order,
    read_text,
    wish_of,
)
from console.campaigns.schemas import AnswerCount, CampaignView, Filled, PersonView, QuestionView
from console.campaigns.spoken import with_languages
from console.errors import BadInput
from console.rendering import Visitor
from console.rights import Right, has
from console.signin.visitors import user_of
from console.switchboard import Desk, Switchboard
from console.texts import checked
from console.words import N_
from desks.campaigns import attempts, bars, changes, changing, figures, history, people, registry
from desks.campaigns.bars import Bar
from desks.campaigns.campaign import Campaign
from desks.campaigns.choosing import Chosen
from desks.campaigns.history import Told
from desks.campaigns.pasted import read_numbers
from desks.campaigns.people import Person
from desks.campaigns.questions import Question
from desks.campaigns.registry import moves_from
from desks.campaigns.states import CampaignState, Kind
from desks.campaigns.unspoken import Unspoken, unspoken
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.errors import NotFound
from ledger.records import User
from ledger.scopes import visible_among

BARS_OF_PAGE: Final = 100
TOLD_IN_CALL = "通话中要求"  # why a number is barred
NO_WAY_OUT = N_("系统没有设置外呼线路（outbound）。请联系安装人员。")
NO_PROMPT = N_("有的提示音还没有生成。请联系安装人员。")
NO_DESK = N_("没有这个服务台。请在名单里选一个。")
NO_NUMBER = N_("请填写一个可以拨打的号码。")


def list_campaigns(session: Session, user: User) -> list[CampaignView]:
    """Those of the user's desks, the newest first, with their figures."""
    told = figures.all_figures(session)
    return [
        CampaignView(campaign=one, figures=told.get(one.id, figures.Figures()), moves=moves_from(one.state))
        for one in registry.list_all(session)
        if _is_visible(one, user)
    ]


def by_kind(views: Sequence[CampaignView]) -> dict[Kind, figures.Figures]:
    """The figures of each kind that was called back, all its campaigns together."""
    kinds = [kind for kind in Kind if any(view.campaign.kind is kind for view in views)]
    return {
        kind: figures.summed(view.figures for view in views if view.campaign.kind is kind) for kind in kinds
    }


def view_campaign(session: Session, user: User, campaign_id: int) -> CampaignView:
    """One of them. Raises NotFound."""
    campaign = get(session, user, campaign_id)
    told = figures.figures_of(session, campaign_id)
    return CampaignView(campaign=campaign, figures=told, moves=moves_from(campaign.state))


def get(session: Session, user: User, campaign_id: int) -> Campaign:
    """One that the user sees. Raises NotFound."""
    campaign = registry.get(session, campaign_id)
    if not _is_visible(campaign, user):
        raise NotFound(f"there is no campaign {campaign_id} of your desks; /campaigns lists them")
    return campaign


def questions(session: Session, campaign: Campaign) -> tuple[QuestionView, ...]:
    """What was answered."""
    counts = figures.answers_of(session, campaign.id)
    return tuple(_question(question, counts.get(question.id, Counter())) for question in campaign.questions)


def people_of(
    session: Session, campaign: Campaign, chosen: Chosen, *, first: int = 0, limit: int | None = None
) -> list[PersonView]:
    """A page of the people with their attempts; without a limit all."""
    found = people.list_people(session, campaign.id, chosen, first=first, limit=limit)
    told = history.of_people(session, [person.id for person in found])
    return [PersonView(person=person, attempts=tuple(told.get(person.id, ()))) for person in found]


def visible_calls_of(session: Session, user: User, views: list[PersonView]) -> frozenset[str]:
    """The calls of these people that the user may open."""
    return visible_among(session, user, [told.call_id for view in views for told in view.attempts])


def make(session: Session, user: User, order: CampaignOrder, board: Switchboard) -> int:
    """Make a campaign; its id. Raises BadInput."""
    desk = order.desk or board.outbound_desk or ""
    _check_desk(desk, user, board)
    wish = wish_of(order.model_copy(update={"desk": desk}), board.zone)
    made = registry.add(session, wish, by=user.name)
    _note(session, user, campaign=made, what="made")
    return made


def desks_of(user: User, board: Switchboard, kept: str = "") -> list[Desk]:
    """The desks whose campaigns the user runs; `kept` is told of even where the plan has it no more."""
    found = [desk for desk in board.desks if not user.desks or desk.id in user.desks]
    is_gone = kept and board.desk(kept) is None
    return [*found, Desk(id=kept, name=kept, operators=())] if is_gone else found


def change(
    session: Session, user: User, campaign_id: int, order: ChangeOrder, board: Switchboard
) -> Campaign:
    """Change a campaign; as it is then. Raises NotFound, Conflict, BadInput."""
    campaign = get(session, user, campaign_id)
    wanted = changed_order(campaign, order)
    if wanted.desk != campaign.desk:  # one that the plan does not have any more may stay
        _check_desk(wanted.desk, user, board)
    wish = wish_of(wanted, board.zone)
    fields = changing.change(session, campaign_id, wish, version=order.version, by=user.name)
    changed = registry.get(session, campaign_id)
    if changed.state is CampaignState.RUNNING and changes.FIXED & set(fields):
        _check_callable(changed, board)
    if fields:
        told = {name: f"{was} → {shall}" for name, (was, shall) in fields.items()}
        _note(session, user, campaign=campaign_id, what="changed", fields=told)
    return changed


def fill(session: Session, user: User, campaign_id: int, text: str, zone: tzinfo) -> Filled:
    """Add the people of a pasted or uploaded text. Raises NotFound, Conflict, BadInput."""
    campaign = get(session, user, campaign_id)
    pasted = read_text(text, zone)
    added = people.add_people(session, campaign, with_languages(session, pasted.people))
    if added.added:
        total = people.count_people(session, campaign_id)
        changes.note(session, campaign_id, user.name, {"people": (str(total - added.added), str(total))})
        _note(session, user, campaign=campaign_id, what=f"added {added.added}")
    return Filled(added=added.added, barred=added.barred, known=added.known, bad=pasted.bad)


def move(
    session: Session,
    user: User,
    campaign_id: int,
    state: CampaignState,
    board: Switchboard,
    *,
    version: int | None = None,
) -> None:
    """Start, pause or stop. Raises NotFound, Conflict, BadInput where nobody could be called."""
    campaign = get(session, user, campaign_id)
    if state is CampaignState.RUNNING:
        _check_callable(campaign, board)
    changing.move(session, campaign_id, state, by=user.name, version=version)
    _note(session, user, campaign=campaign_id, what=state.value)


def unspoken_of(session: Session, campaign: Campaign, board: Switchboard) -> list[Unspoken]:
    """Languages of people still to be called that the campaign cannot speak; none of what has ended."""
    is_over = campaign.state is CampaignState.STOPPED
    return [] if is_over else unspoken(session, campaign, board.said_in, board.language)


def list_bars(session: Session, text: str, first: int) -> tuple[list[Bar], int | None]:
    """A page of those who are not called, by a part of their number; and where the next begins, if any."""
    part = re.sub(r"[^0-9+*#]", "", text)
    if text.strip() and not part:
        return [], None
    found = bars.list_bars(session, part, first=first, limit=BARS_OF_PAGE + 1)
    return found[:BARS_OF_PAGE], first + BARS_OF_PAGE if len(found) > BARS_OF_PAGE else None


def bar(session: Session, user: User, number: str, why: str, until: datetime | None) -> None:
    """Put a number on the list. Raises BadInput."""
    found = _number(number)
    reason = checked("why", why, LONGEST_WHY, is_needed=True)
    bars.bar(session, found, why=reason, by=user.name, until=until)
    _note_barred(session, user, found, reason, until=until.isoformat() if until else "")


def unbar(session: Session, user: User, number: str) -> None:
    """Take a number off the list. Raises NotFound."""
    found = _number(number)
    bars.unbar(session, found)
    write(session, Act(user=user, action=AuditAction.UNBARRED, details={"number": found}))


def find_attempt(session: Session, visitor: Visitor, call_id: str) -> tuple[Told, Person, Campaign]:
    """The call-back that an operator holds, or that one who runs campaigns looks at. Raises NotFound."""
    user, told = user_of(visitor), history.of_call(session, call_id)
    campaign = registry.get(session, told.campaign_id)
    is_own = visitor.is_operator and told.operator == user.name
    if not is_own and not (has(visitor, Right.CAMPAIGNS) and _is_visible(campaign, user)):
        raise NotFound(f"call {call_id!r} is no call-back of yours; open it while you hold it")
    return told, people.get(session, told.person_id), campaign


def write_down(
    session: Session,
    visitor: Visitor,
    call_id: str,
    answers: Mapping[str, str],
    remark: str,
    *,
    bars_it: bool,
) -> None:
    """Keep what the person said. Raises NotFound, BadInput."""
    told, _, _ = find_attempt(session, visitor, call_id)
    attempts.write_down(session, call_id, answers, checked("remark", remark, 1000))
    user = user_of(visitor)
    if bars_it:
        bars.bar(session, told.number, why=TOLD_IN_CALL, by=user.name, call_id=call_id)
        _note_barred(session, user, told.number, TOLD_IN_CALL)
    details = {"campaign": str(told.campaign_id), "person": str(told.person_id)}
    write(session, Act(user=user, action=AuditAction.CALL_BACK_NOTED, call_id=call_id, details=details))


def _question(question: Question, counts: Counter[str]) -> QuestionView:
    answers = (
        AnswerCount(meaning=answer.meaning, key=answer.key, people=counts[answer.key])
        for answer in question.answers
    )
    return QuestionView(question=question, answers=tuple(answers))


def _check_desk(desk: str, user: User, board: Switchboard) -> None:
    if board.desk(desk) is None or (user.desks and desk not in user.desks):
        raise BadInput(f"desk: there is no desk {desk[:64]!r} of yours", NO_DESK)


def _check_callable(campaign: Campaign, board: Switchboard) -> None:
    if not board.calls_out:
        raise BadInput("the plan has no 'outbound': it says where calls go out (docs/plan.md)", NO_WAY_OUT)
    missing = sorted(campaign.prompts - board.prompts)
    if missing:
        told = ", ".join(missing)
        raise BadInput(f"there are no prompts {told}: render them (docs/campaigns.md)", NO_PROMPT)


def _number(text: str) -> str:
    found = read_numbers(checked("number", text, 40), UTC)
    if len(found.people) != 1:
        raise BadInput(f"number: {text[:40]!r} cannot be called; write its digits", NO_NUMBER)
    return found.people[0].number


def _is_visible(campaign: Campaign, user: User) -> bool:
    return not user.desks or campaign.desk in user.desks


def _note_barred(session: Session, user: User, number: str, why: str, *, until: str = "") -> None:
    details = {"number": number, "why": why, **({"until": until} if until else {})}
    write(session, Act(user=user, action=AuditAction.BARRED, details=details))


def _note(
    session: Session, user: User, *, campaign: int, what: str, fields: Mapping[str, str] | None = None
) -> None:
    details = {"campaign": str(campaign), "what": what, **(fields or {})}
    write(session, Act(user=user, action=AuditAction.CAMPAIGN_CHANGED, details=details))
