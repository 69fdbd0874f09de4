"""A console in which every page has something to show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from desks.campaigns import bars, people, registry
from desks.campaigns.campaign import Wish
from desks.campaigns.people import Wanted
from desks.campaigns.states import Kind
from desks.directory import asking, entries, hard_cases, planned, showing
from desks.directory.changes import Deed, change_many
from desks.directory.files import open_sheet
from desks.directory.import_records import Mode
from desks.directory.imports import ImportWish
from desks.directory.proposals import ProposalKind, propose
from desks.intake.folders import files_dir
from desks.intake.letters import read_letter
from desks.intake.settings import MailSettings
from desks.intake.taking import take_letter
from desks.knowledge import articles, files, questions
from ledger import users
from ledger.clock import now
from ledger.database import Ledger
from ledger.settings import Settings
from ledger.states import UserRole
from ledger.tables import CampaignAttemptRow
from ledger.teams import note_teams
from ledger.working_days import SHANGHAI
from tests.console import blinding, live, sample_drawing, seeding, ticketing, working
from tests.desks.directory.test_entries import HOSPITAL
from tests.desks.intake import paper
from tests.desks.intake.mailing import letter

FILE = "名称,号码,区域,邮编\n新店,83330001,东山区,510000\n坏店,?,,\n"


def furnish(ledger: Ledger, settings: Settings) -> str:
    """People of all kinds and a thing of each kind; the number of a ticket that came by fax."""
    ticketing.furnish(ledger)
    ticketing.open_one(ledger, at=datetime(2026, 11, 30, tzinfo=UTC))
    with ledger.transaction() as session:
        note_teams(session, {"8001": "甲班"})
        live.add_operators(session, "8001", "8002")
        working.talk(session)
        seeding.add_user(session, "root", UserRole.ADMINISTRATOR)
        seeding.add_user(session, "8001", UserRole.OPERATOR)
        seeding.add_user(session, "wang", UserRole.SUPERVISOR)
        sample_drawing.draw(session, settings)
        entries.put_many(session, [HOSPITAL, replace(HOSPITAL, name="旧医院", valid_until=now())])
        _add_campaign(session)
        _add_to_directory(session)
        _add_to_knowledge(session)
    _show_imports(ledger)
    blinding.begin_round(ledger, "li", "root", calls=(seeding.CLEAN,))
    return _take_fax(ledger, settings)


def _add_campaign(session: Session) -> None:
    wish = Wish(name="回访", kind=Kind.REPAIR, desk=seeding.ENQUIRIES.id)
    made = registry.get(session, registry.add(session, wish, by="root"))
    bars.bar(session, "13800000002", why="来信要求", by="root")
    people.add_people(session, made, [Wanted(number="13800000001"), Wanted(number="13800000002")])
    person = people.list_people(session, made.id)[0]
    session.add(
        CampaignAttemptRow(
            call_id=seeding.FLAGGED,
            person_id=person.id,
            campaign_id=made.id,
            number=person.number,
            operator="8001",
            started_at=now(),
            answers={},
            remark="",
        )
    )


def _add_to_directory(session: Session) -> None:
    """An entry with a history, a change to come, a proposal, a hard case that is answered and an open one."""
    root, operator = users.named(session, "root"), users.named(session, "8001")
    deed = Deed(user=root, why="来函")
    (entry,) = change_many(session, deed, [replace(HOSPITAL, name="新医院")]).entries
    change_many(session, deed, [replace(entry, remark="已迁")])
    planned.plan(session, deed, replace(entry, district="西关区"), now() + timedelta(days=3))
    propose(session, operator, ProposalKind.NEW, replace(HOSPITAL, name="金沙面馆"), "公交车广告")
    answered = hard_cases.keep(session, operator, "世纪莲体育馆", seeding.FLAGGED)
    hard_cases.answer(session, root, answered, "现名新体育馆", None)
    hard_cases.keep(session, operator, "老火车站")


def _add_to_knowledge(session: Session) -> None:
    """Articles, one in two versions, and a question that was not found."""
    files.bring(session, files.read(files.STARTING_SET), by="root", why="导入")
    first = articles.get(session, 1)
    text = replace(first.text, body=first.text.body + "\n\n夜间由值班员受理。")
    articles.change(session, 1, text, begun=1, by="root", why="补充")
    li = users.named(session, "li")
    questions.note_search(session, user_id=li.id, call_id=None, desk=None, text="卫星电视", found=0)
    questions.settle(session, before=now() + timedelta(seconds=1))


def _show_imports(ledger: Ledger) -> None:
    """One that is shown, and one that waits to be read."""
    with ledger.reading() as session:
        root = users.named(session, "root")
    wish = ImportWish(user=root, title="周.csv", why="每周传递", mode=Mode.CHANGES)
    showing.show(ledger, wish, open_sheet(FILE.encode()), SHANGHAI)
    with ledger.transaction() as session:
        asking.ask_to_read(session, wish, FILE.encode(), "")


def _take_fax(ledger: Ledger, settings: Settings) -> str:
    fax = letter(1, subject="传真")
    fax.add_attachment(
        paper.locked_pdf(), maintype="application", subtype="octet-stream", filename="合同.pdf"
    )
    taken = take_letter(ledger, files_dir(settings), MailSettings(), read_letter(fax.as_bytes()))
    assert taken.ticket
    return taken.ticket
