"""Kamailio, the edge before the lines: its configuration made from the plan."""

from sip_config.kamailio.configuration import (
    ACCOUNTS,
    FINISHING_SET,
    INACTIVE_FLAG,
    SERVING_SET,
    VERDICTS,
    EdgeRun,
    kamailio_cfg,
    lines_list,
    needs_edge,
    tls_cfg,
)

__all__ = [
    "ACCOUNTS",
    "FINISHING_SET",
    "INACTIVE_FLAG",
    "SERVING_SET",
    "VERDICTS",
    "EdgeRun",
    "kamailio_cfg",
    "lines_list",
    "needs_edge",
    "tls_cfg",
]
