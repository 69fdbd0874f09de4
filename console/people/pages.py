"""`/people`: who signs in; adding somebody, changing somebody, ending sign-ins."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from console.admission import holder
from console.context import Console, Here
from console.errors import BadInput, NameTaken
from console.links import PEOPLE
from console.people import repository, service
from console.people.schemas import UserWish, read_wish
from console.refusal_words import error_words
from console.rendering import Visitor
from console.rights import Right
from console.signin.passwords import OneTime
from console.signin.visitors import anyones_form, user_of
from console.texts import RowId
from ledger.errors import HotlineError
from ledger.records import User
from ledger.states import UserRole

router = APIRouter()


Administrator = Annotated[Visitor, holder(Right.USERS)]
AdministratorsForm = Annotated[Visitor, holder(Right.USERS, of=anyones_form)]


class UserForm:
    """The fields of a user, as they were sent."""

    def __init__(
        self,
        *,
        display_name: Annotated[str, Form()] = "",
        role: Annotated[str, Form()] = "",
        desks: Annotated[list[str] | None, Form()] = None,
        teams: Annotated[list[str] | None, Form()] = None,
    ) -> None:
        self.display_name, self.role = display_name, role
        self.desks, self.teams = desks or [], teams or []

    def read(self, console: Console, session: Session, user: User | None = None) -> UserWish:
        """What is wanted. Raises BadInput."""
        return read_wish(
            display_name=self.display_name,
            role=self.role,
            desks=self.desks,
            teams=self.teams,
            offer=service.offer_of(session, console.switchboard, user),
        )


@router.get(PEOPLE)
def list_page(request: Request, console: Here, visitor: Administrator) -> Response:
    """Everybody, and the form to add somebody."""
    return _list(request, console, visitor)


@router.post(PEOPLE)
def add(
    request: Request,
    console: Here,
    visitor: AdministratorsForm,
    form: Annotated[UserForm, Depends()],
    name: Annotated[str, Form()] = "",
) -> Response:
    """Add somebody and show the first password, this once; a refusal shows the form as it was filled in."""
    first = OneTime.make()
    try:
        with console.ledger.transaction() as session:
            wish = form.read(console, session)
            user = service.add(session, user_of(visitor), name.strip(), wish, first.hash)
    except (BadInput, NameTaken) as error:
        return _list(request, console, visitor, typed=form, name=name, problem=error)
    return _show_password(request, console, visitor, user, first.password)


@router.get(PEOPLE + "/{user_id}")
def person_page(request: Request, console: Here, visitor: Administrator, user_id: RowId) -> Response:
    """One user."""
    return _person(request, console, visitor, user_id)


@router.post(PEOPLE + "/{user_id}")
def change(
    request: Request,
    console: Here,
    visitor: AdministratorsForm,
    user_id: RowId,
    form: Annotated[UserForm, Depends()],
) -> Response:
    """Change the name that others see, the role, desks and teams; a refusal shows the form as it was."""
    try:
        with console.ledger.transaction() as session:
            wish = form.read(console, session, repository.get_user(session, user_id))
            service.change(session, console.settings, user_of(visitor), user_id, wish)
    except BadInput as error:
        return _person(request, console, visitor, user_id, typed=form, problem=error)
    return _back(user_id)


@router.post(PEOPLE + "/{user_id}/disabled")
def set_disabled(
    console: Here, visitor: AdministratorsForm, user_id: RowId, *, disabled: Annotated[bool, Form()]
) -> Response:
    """Let somebody in no more, or again."""
    with console.ledger.transaction() as session:
        service.set_disabled(session, user_of(visitor), user_id, disabled=disabled)
    return _back(user_id)


@router.post(PEOPLE + "/{user_id}/password")
def reset_password(request: Request, console: Here, visitor: AdministratorsForm, user_id: RowId) -> Response:
    """Give a password to be changed at the next sign-in, and show it, this once."""
    once = OneTime.make()
    with console.ledger.transaction() as session:
        user = service.reset_password(session, user_of(visitor), user_id, once.hash)
    return _show_password(request, console, visitor, user, once.password)


@router.post(PEOPLE + "/{user_id}/codes/off")
def reset_codes(console: Here, visitor: AdministratorsForm, user_id: RowId) -> Response:
    """Ask somebody for no code any more."""
    with console.ledger.transaction() as session:
        service.reset_codes(session, user_of(visitor), user_id)
    return _back(user_id)


@router.post(PEOPLE + "/{user_id}/sessions/end")
def end_sessions(console: Here, visitor: AdministratorsForm, user_id: RowId) -> Response:
    """End all of somebody's sign-ins."""
    with console.ledger.transaction() as session:
        service.end_all(session, user_of(visitor), user_id)
    return _back(user_id)


@router.post(PEOPLE + "/{user_id}/sessions/{handle}/end")
def end_session(console: Here, visitor: AdministratorsForm, user_id: RowId, handle: str) -> Response:
    """End one of somebody's sign-ins."""
    with console.ledger.transaction() as session:
        service.end_one(session, user_of(visitor), user_id, handle)
    return _back(user_id)


def _list(
    request: Request,
    console: Console,
    visitor: Visitor,
    *,
    typed: UserForm | None = None,
    name: str = "",
    problem: HotlineError | None = None,
) -> Response:
    with console.ledger.reading() as session:
        people = repository.list_users(session)
        offer = service.offer_of(session, console.switchboard)
    return console.pages.page(
        request,
        "people/list.html",
        visitor,
        status=problem.http_status if problem else 200,
        people=people,
        offer=offer,
        roles=list(UserRole),
        typed=typed,
        name=name,
        problem=error_words(problem) if problem else None,
    )


def _person(
    request: Request,
    console: Console,
    visitor: Visitor,
    user_id: int,
    *,
    typed: UserForm | None = None,
    problem: HotlineError | None = None,
) -> Response:
    with console.ledger.reading() as session:
        view = service.open_person(session, console.settings, user_of(visitor), user_id)
        offer = service.offer_of(session, console.switchboard, view.user)
    return console.pages.page(
        request,
        "people/one.html",
        visitor,
        status=problem.http_status if problem else 200,
        view=view,
        user=view.user,
        offer=offer,
        roles=list(UserRole),
        typed=typed or view.user,
        problem=error_words(problem) if problem else None,
    )


def _back(user_id: int) -> Response:
    return RedirectResponse(f"{PEOPLE}/{user_id}", status_code=303)


def _show_password(
    request: Request, console: Console, visitor: Visitor, user: User, password: str
) -> Response:
    return console.pages.page(request, "people/password.html", visitor, user=user, password=password)
