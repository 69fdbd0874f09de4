"""The desks' own figures (业务统计): faults, sales, call-backs. Others ask for them here.

`definitions.FIGURES` has each figure once: name, definition, unit, and how it is read off counts. Counts are
of `measures.MEASURES` and come from `counting.count`; `behind.find_behind` lists the very rows of one. The
railway telecom's published figures are checked against the rows in `source`.
"""

from desks.figures.enquiries import (
    LONGEST_SERVICE,
    Enquiry,
    NewEnquiry,
    enquiries_of_call,
    enter_enquiry,
    entered_last,
    get_enquiry,
    settle_enquiry,
)
from desks.figures.errors import BadEnquiry
from desks.figures.states import EnquiryKind, EnquiryResult, RefusalReason

__all__ = [
    "LONGEST_SERVICE",
    "BadEnquiry",
    "Enquiry",
    "EnquiryKind",
    "EnquiryResult",
    "NewEnquiry",
    "RefusalReason",
    "enquiries_of_call",
    "enter_enquiry",
    "entered_last",
    "get_enquiry",
    "settle_enquiry",
]
