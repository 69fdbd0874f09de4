"""`/tickets/{number}/mails`: a person answers a customer from the ticket's page; the clock sends it."""

from __future__ import annotations

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.exc import IntegrityError

from console.context import Here
from console.errors import BadInput
from console.intake.schemas import read_reply
from console.signin.visitors import user_of
from console.texts import Fields, RowId
from console.tickets.admission import DispatchersForm
from console.tickets.pages import show_ticket
from console.tickets.service import by_of, get_ticket
from desks.intake import outbox
from desks.intake.correspondence import write_reply
from desks.tickets import BadTicket
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.errors import Conflict

router = APIRouter()
log = structlog.get_logger(__name__)


@router.post("/tickets/{number}/mails")
def reply(request: Request, console: Here, visitor: DispatchersForm, number: str, fields: Fields) -> Response:
    """Keep an answer; sent again it is the same one. A refusal keeps what was written."""
    try:
        with console.ledger.transaction() as session:
            get_ticket(session, user_of(visitor), number)
            write_reply(session, number, read_reply(fields), console.mail, by_of(visitor))
    except (BadInput, BadTicket, Conflict) as error:
        return show_ticket(request, console, visitor, number, problem=error, typed=fields)
    except IntegrityError:  # the same form, sent twice at once
        log.info("reply_known", ticket=number)
    return RedirectResponse(f"/tickets/{number}#mails", status_code=303)


@router.post("/tickets/{number}/mails/{mail_id}/again")
def send_again(console: Here, visitor: DispatchersForm, number: str, mail_id: RowId) -> Response:
    """Have a mail tried once more that was given up."""
    with console.ledger.transaction() as session:
        get_ticket(session, user_of(visitor), number)
        outbox.try_again(session, number, mail_id)
        details = {"ticket": number, "mail": str(mail_id), "again": "yes"}
        write(session, Act(user=user_of(visitor), action=AuditAction.MAIL_WRITTEN, details=details))
    return RedirectResponse(f"/tickets/{number}#mails", status_code=303)
