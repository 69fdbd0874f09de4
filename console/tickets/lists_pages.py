"""`/tickets/lists`: kinds, services, causes, branches, lines, crews, who is told of alarms, the calendar."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from console.context import Console, Here
from console.errors import BadInput
from console.refusal_words import error_words
from console.rendering import Visitor
from console.texts import Fields, RowId, whole_number
from console.tickets import wording
from console.tickets.admission import Dispatcher, DispatchersForm
from console.tickets.lists_forms import LISTS, ListName, calendar_id, checked_form, day, number
from console.tickets.schemas import NO_FIELDS
from console.tickets.service import by_of
from desks.tickets import Counting, Nature, branch_lines, calendar, lists
from ledger.clock import now
from ledger.errors import HotlineError, NotAllowed, NotFound

ADDRESS = "/tickets/lists"

router = APIRouter()


@router.get(ADDRESS)
def lists_page(request: Request, console: Here, visitor: Dispatcher) -> Response:
    """All lists, each entry with who changed it when."""
    return _page(request, console, visitor)


@router.post("/tickets/lists/calendar/week")
def set_week_day(request: Request, console: Here, visitor: DispatchersForm, fields: Fields) -> Response:
    """Set the hours of a day of the week."""
    try:
        form = checked_form(fields)
        with console.ledger.transaction() as session:
            if not {"spans", "seen"} <= form.keys():
                raise BadInput("spans: the form is not whole; load the page again")
            weekday, of, by = number(form, "weekday"), calendar_id(form), by_of(visitor)
            calendar.set_week_day(session, weekday, form["spans"], by, calendar_id=of, seen=form["seen"])
    except HotlineError as error:
        refused = f"week-{fields.get('weekday', '')}"
        return _page(request, console, visitor, problem=error, refused=refused, typed=fields)
    return _done("calendar", calendar_id(form))


@router.post("/tickets/lists/calendar/days")
def set_day(request: Request, console: Here, visitor: DispatchersForm, fields: Fields) -> Response:
    """Make a day a holiday or an adjusted working day, or like its day of the week again."""
    try:
        form = checked_form(fields)
        with console.ledger.transaction() as session:
            if form.get("works") == "unset":
                calendar.unset_day(session, day(form), by_of(visitor), calendar_id=calendar_id(form))
            else:
                works, name = form.get("works") == "yes", form.get("name", "")
                by, of = by_of(visitor), calendar_id(form)
                calendar.set_day(session, day(form), works=works, name=name, by=by, calendar_id=of)
    except HotlineError as error:
        return _page(request, console, visitor, problem=error, refused="day", typed=fields)
    return _done("calendar", calendar_id(form))


@router.post("/tickets/lists/branches/lines")
def set_lines(request: Request, console: Here, visitor: DispatchersForm, fields: Fields) -> Response:
    """Say how many lines a branch has in a month."""
    try:
        form = checked_form(fields)
        with console.ledger.transaction() as session:
            branch_lines.set_lines(
                session,
                number(form, "branch_id", least=1),
                form.get("month", ""),
                number(form, "lines"),
                by_of(visitor),
            )
    except HotlineError as error:
        return _page(request, console, visitor, problem=error, refused="lines", typed=fields)
    return _done(ListName.BRANCHES)


@router.post("/tickets/lists/{name}")
def add_entry(
    request: Request, console: Here, visitor: DispatchersForm, *, name: ListName, fields: Fields
) -> Response:
    """Add an entry to a list."""
    try:
        draft = LISTS[name].read(checked_form(fields))
        with console.ledger.transaction() as session:
            LISTS[name].add(session, LISTS[name].table, draft, by_of(visitor))
    except HotlineError as error:
        return _page(request, console, visitor, problem=error, refused=f"{name}-new", typed=fields)
    return _done(name)


@router.post("/tickets/lists/{name}/{entry_id}")
def change_entry(
    request: Request,
    console: Here,
    visitor: DispatchersForm,
    *,
    name: ListName,
    entry_id: RowId,
    fields: Fields,
) -> Response:
    """Change an entry, retire it, or take it back."""
    try:
        form = checked_form(fields)
        with console.ledger.transaction() as session:
            table, version = LISTS[name].table, number(form, "version")
            if "retired" in form:
                is_retired = form["retired"] == "yes"
                lists.retire(session, table, entry_id, by_of(visitor), version=version, is_retired=is_retired)
            else:
                draft = LISTS[name].read(form)
                lists.change(session, table, entry_id, draft, by_of(visitor), version=version)
    except (NotFound, NotAllowed):
        raise
    except HotlineError as error:
        return _page(request, console, visitor, problem=error, refused=f"{name}-{entry_id}", typed=fields)
    return _done(name)


def _done(part: str, calendar_id: int | None = None) -> Response:
    shown = f"?calendar={calendar_id}" if calendar_id else ""
    return RedirectResponse(f"{ADDRESS}{shown}#{part}", status_code=303)


def _shown_calendar(asked: Mapping[str, str]) -> int:
    """Whose hours the page shows: of the form that was refused, of the address, else the default one."""
    return whole_number(asked.get("calendar_id") or asked.get("calendar", "")) or lists.DEFAULT_CALENDAR


def _page(
    request: Request,
    console: Console,
    visitor: Visitor,
    *,
    problem: HotlineError | None = None,
    refused: str = "",
    typed: Mapping[str, str] = NO_FIELDS,
) -> Response:
    """With what was typed in the form that was refused, whichever that is."""
    month = f"{now().astimezone(console.zone):%Y-%m}"
    shown = _shown_calendar(typed or request.query_params)
    with console.ledger.reading() as session:
        found = {
            "kinds": lists.kinds(session, with_retired=True),
            "services": lists.services(session, with_retired=True),
            "causes": lists.causes(session, with_retired=True),
            "branches": lists.branches(session, with_retired=True),
            "crews": lists.crews(session, with_retired=True),
            "alarms": lists.alarm_people(session, with_retired=True),
            "calendars": lists.calendars(session, with_retired=True),
            "week": calendar.week_of(session, shown),
            "days": calendar.special_days(session, shown),
            "lines": {each.branch_id: each for each in branch_lines.lines_of(session, month)},
        }
    return console.pages.page(
        request,
        "tickets/lists.html",
        visitor,
        status=problem.http_status if problem else 200,
        problem=error_words(problem) if problem else "",
        problem_detail=str(problem) if problem else "",
        refused=refused,
        typed=typed,
        month=month,
        shown=shown,
        desks=console.switchboard.desks,
        natures=tuple(Nature),
        countings=tuple(Counting),
        wording=wording,
        can_send=console.mail.smtp is not None,
        **found,
    )
