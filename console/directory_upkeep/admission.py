"""Whom the directory's upkeep admits: staff who look up and propose, editors who change and decide."""

from __future__ import annotations

from typing import Annotated

from console.admission import holder
from console.rendering import Visitor
from console.rights import Right
from console.signin.visitors import anyones_form

Seeker = Annotated[Visitor, holder(Right.DESK)]
SeekersForm = Annotated[Visitor, holder(Right.DESK, of=anyones_form)]
Editor = Annotated[Visitor, holder(Right.DIRECTORY)]
EditorsForm = Annotated[Visitor, holder(Right.DIRECTORY, of=anyones_form)]
