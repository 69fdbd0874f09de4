"""How far people who judge the same calls agree: pure statistics, ratings in, estimates out."""

from qa_scoring.agreement.alpha import Level, krippendorffs_alpha
from qa_scoring.agreement.assigning import Assignment, assign
from qa_scoring.agreement.cws import Cws, cws_index
from qa_scoring.agreement.estimates import Estimate, Interval, Method, Why
from qa_scoring.agreement.kappa import Weighting, cohens_kappa, congers_kappa, weighted_kappa
from qa_scoring.agreement.ratings import Ratings
from qa_scoring.agreement.report import Judgement, Report
from qa_scoring.agreement.reporting import report_on
from qa_scoring.agreement.shares import Beside, percent_agreement, told_beside

__all__ = [
    "Assignment",
    "Beside",
    "Cws",
    "Estimate",
    "Interval",
    "Judgement",
    "Level",
    "Method",
    "Ratings",
    "Report",
    "Weighting",
    "Why",
    "assign",
    "cohens_kappa",
    "congers_kappa",
    "cws_index",
    "krippendorffs_alpha",
    "percent_agreement",
    "report_on",
    "told_beside",
    "weighted_kappa",
]
