"""Who may see and move tickets: the dependencies of their pages."""

from __future__ import annotations

from typing import Annotated

from console.admission import holder
from console.rendering import Visitor
from console.rights import Right
from console.signin.visitors import anyones_form

Staff = Annotated[Visitor, holder(Right.DESK)]
StaffsForm = Annotated[Visitor, holder(Right.DESK, of=anyones_form)]
Dispatcher = Annotated[Visitor, holder(Right.TICKETS)]
DispatchersForm = Annotated[Visitor, holder(Right.TICKETS, of=anyones_form)]
