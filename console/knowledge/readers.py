"""Who may look things up and who may write: the dependencies of the knowledge pages."""

from __future__ import annotations

from typing import Annotated

from console.admission import holder
from console.rendering import Visitor
from console.rights import Right
from console.signin.visitors import anyones_form

Reader = Annotated[Visitor, holder(Right.DESK)]
Writer = Annotated[Visitor, holder(Right.KNOWLEDGE)]
WritersForm = Annotated[Visitor, holder(Right.KNOWLEDGE, of=anyones_form)]
