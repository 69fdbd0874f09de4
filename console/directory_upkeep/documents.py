"""The directory's changes and proposals as programs see them, and what they send."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from console.texts import Number as Id
from desks.directory.change_lists import Listed
from desks.directory.history import Batch, Change, Kind, Source
from desks.directory.proposals import Proposal, ProposalKind, ProposalState
from desks.directory.records import Number
from desks.directory.work_records import Work, WorkKind, WorkProblem, WorkState, WorkStep

Text = Annotated[str, Field(max_length=500)]


def _in_our_years(moment: datetime) -> datetime:
    if not 1900 <= moment.year <= 9000:
        raise ValueError("must be in the years 1900 to 9000")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_in_our_years)]


class NumberOrder(BaseModel):
    """A telephone number, and what it leads to."""

    number: Text
    label: Text = ""


class EntryOrder(BaseModel):
    """An entry as it is to be, whole."""

    name: Text
    aliases: list[Text] = []
    kind: Text = ""
    district: Text = ""
    address: Text = ""
    numbers: list[NumberOrder]
    remark: Text = ""
    valid_from: Moment | None = None
    valid_until: Moment | None = None

    def fields(self) -> dict[str, Any]:
        """Those of an entry."""
        numbers = tuple(Number(number=each.number, label=each.label) for each in self.numbers)
        told = self.model_dump(include=set(EntryOrder.model_fields) - {"numbers", "aliases"})
        return {**told, "numbers": numbers, "aliases": tuple(self.aliases)}


class ChangeOrder(EntryOrder):
    """A change of an entry, or a new one."""

    why: Annotated[str, Field(min_length=1, max_length=500)]
    version: Id = Field(default=0, description="Of the entry as it was read; 0: a new one.")
    removed: bool = Field(default=False, description="It is told no more; the other fields stay as they are.")
    effective_at: Moment | None = Field(default=None, description="From when on; null: now.")


class ChangedDocument(BaseModel):
    """What became of it."""

    entry: int | None = Field(description="Null: it is to be new at a moment to come.")
    batch: int | None = Field(description="Null: it is to come, or the entry was so already.")
    planned: int | None = None


class UndoOrder(BaseModel):
    """An undoing of a batch."""

    why: Annotated[str, Field(min_length=1, max_length=500)]
    rest: bool = Field(
        default=False, description="Undo what can be although a later change stands upon some."
    )


class UndoneDocument(BaseModel):
    """What was undone."""

    batch: int | None
    done: int
    hindered: int
    work: int | None = Field(
        default=None,
        description="Of a long batch, which is undone beside: GET /api/directory/works/{work} tells how far.",
    )


class WorkDocument(BaseModel):
    """Long work, and how far it is."""

    id: int
    kind: WorkKind
    state: WorkState
    step: WorkStep
    done: int = Field(description="Of this step.")
    total: int = Field(description="0: not known yet.")
    refused: int = Field(description="Of those that are done: what could not be.")
    import_id: int | None = Field(serialization_alias="import")
    batch: int | None = Field(description="That is undone.")
    made: int | None = Field(description="The batch of the undoing.")
    problem: WorkProblem | None
    detail: str


class BatchDocument(BaseModel):
    """What somebody did at once."""

    id: int
    source: Source
    title: str
    why: str
    user: str
    at: datetime
    changes: int


class ChangeDocument(BaseModel):
    """One entry's change."""

    id: int
    entry: int
    kind: Kind
    before: dict[str, Any] | None
    after: dict[str, Any]
    undoes: int | None
    at: datetime


class BatchWithChanges(BatchDocument):
    """A batch with some of its changes."""

    entries: list[ChangeDocument]


class ListedDocument(BaseModel):
    """What came of an entry within a time."""

    entry: int
    kind: Kind
    before: dict[str, Any] | None
    after: dict[str, Any]
    at: datetime


class ProposalOrder(EntryOrder):
    """A proposal: without `entry` a new name, with it a change, or that it is closed."""

    entry: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    closed: bool = False
    note: Text = ""


class DecisionOrder(BaseModel):
    """What an editor decides."""

    decision: Literal["approve", "reject", "merge"]
    reason: Text = ""
    into: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None


class ProposalDocument(BaseModel):
    """A proposal, and what became of it."""

    id: int
    kind: ProposalKind
    entry: int | None
    fields: dict[str, Any]
    note: str
    user: str
    made_at: datetime
    state: ProposalState
    decided_by: str
    decided_at: datetime | None
    reason: str
    merged_into: int | None
    batch: int | None


def work_document(work: Work) -> WorkDocument:
    """Long work, for programs."""
    return WorkDocument(
        id=work.id,
        kind=work.kind,
        state=work.state,
        step=work.step,
        done=work.done,
        total=work.total,
        refused=work.refused,
        import_id=work.import_id,
        batch=work.batch_id,
        made=work.made_id,
        problem=work.problem,
        detail=work.detail,
    )


def batch_document(batch: Batch) -> BatchDocument:
    """A batch for programs."""
    return BatchDocument(
        id=batch.id,
        source=batch.source,
        title=batch.title,
        why=batch.why,
        user=batch.user,
        at=batch.at,
        changes=batch.changes,
    )


def change_document(change: Change) -> ChangeDocument:
    """A change for programs."""
    return ChangeDocument(
        id=change.id,
        entry=change.entry_id,
        kind=change.kind,
        before=dict(change.before) if change.before else None,
        after=dict(change.after),
        undoes=change.undoes,
        at=change.at,
    )


def listed_document(listed: Listed) -> ListedDocument:
    """A line of a change list for programs."""
    return ListedDocument(
        entry=listed.entry_id,
        kind=listed.kind,
        before=dict(listed.before) if listed.before else None,
        after=dict(listed.after),
        at=listed.at,
    )


def proposal_document(proposal: Proposal) -> ProposalDocument:
    """A proposal for programs."""
    return ProposalDocument(
        id=proposal.id,
        kind=proposal.kind,
        entry=proposal.entry_id,
        fields=dict(proposal.fields),
        note=proposal.note,
        user=proposal.user,
        made_at=proposal.made_at,
        state=proposal.state,
        decided_by=proposal.decided_by,
        decided_at=proposal.decided_at,
        reason=proposal.reason,
        merged_into=proposal.merged_into,
        batch=proposal.batch_id,
    )
