"""Who may run campaigns."""

from __future__ import annotations

from typing import Annotated

from console.admission import holder
from console.rendering import Visitor
from console.rights import Right
from console.signin.visitors import anyones_form

Runner = Annotated[Visitor, holder(Right.CAMPAIGNS)]
RunnersForm = Annotated[Visitor, holder(Right.CAMPAIGNS, of=anyones_form)]
