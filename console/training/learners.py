"""Who may learn and who may teach: the dependencies of the training pages."""

from __future__ import annotations

from typing import Annotated

from console.admission import holder
from console.rendering import Visitor
from console.rights import Right
from console.signin.visitors import anyones_form, own_form, signed_in

Learner = Annotated[Visitor, holder(Right.LEARN)]  # staff and operators
LearnersForm = Annotated[Visitor, holder(Right.LEARN, of=anyones_form)]
Trainer = Annotated[Visitor, holder(Right.TRAIN, of=signed_in)]
TrainersForm = Annotated[Visitor, holder(Right.TRAIN, of=own_form)]
