"""Reads the ledger at each scrape and puts it into Prometheus's families.

No label's values come from callers: desks are the plan's, everything else is from closed sets or `other`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import tzinfo

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from console.metrics import call_families, canary_families, part_families, queue_families, repository
from console.metrics.labels import DeskLabels
from console.switchboard import Switchboard
from console.times import start_of_day
from ledger.clock import now
from ledger.database import Ledger
from ledger.settings import Settings

WAIT_BOUNDS_S = (5.0, 10.0, 15.0, 20.0, 30.0, 60.0, 120.0, 300.0)


class LedgerCollector(Collector):
    """One scrape's families. What is counted is counted since midnight, and starts at 0 with each day."""

    def __init__(self, settings: Settings, ledger: Ledger, switchboard: Switchboard, zone: tzinfo) -> None:
        self._settings, self._ledger, self._switchboard, self._zone = settings, ledger, switchboard, zone

    def collect(self) -> Iterator[Metric]:
        """All families. Raises SQLAlchemyError where the ledger cannot be read."""
        at = now()
        midnight = start_of_day(at.astimezone(self._zone).date(), self._zone)
        with self._ledger.reading() as session:
            found = repository.find(session, midnight, WAIT_BOUNDS_S)
        found = replace(found, operators=self._switchboard.staff(found.operators))
        desks = DeskLabels(self._switchboard)
        yield from call_families.collect(found, desks, at)
        yield from queue_families.collect(found, desks, at)
        yield from part_families.collect(found, at)
        yield from canary_families.collect(found, at)
        yield from self._disk()

    def _disk(self) -> Iterator[Metric]:
        free = shutil.disk_usage(self._settings.data_dir).free
        name, said = "hotline_data_free_bytes", "Room that is left on the data directory's disk."
        yield GaugeMetricFamily(name, said, value=free)
        name, said = "hotline_data_short", "1 where less room is left than HOTLINE_WARN_FREE_MB."
        yield GaugeMetricFamily(name, said, value=free < self._settings.warn_free_mb << 20)
