"""A year of synthetic desk life (2007, with what is compared with it), by a seed.

What the railway telecom's account of its 10050 desk says in numbers is loaded exactly (`totals`); all else is
plausible and the same for the same seed. `loading.load_year` brings it into an empty ledger.
"""

from hotline.desk_year.loading import LedgerInUse, Loaded, load_year

__all__ = ["LedgerInUse", "Loaded", "load_year"]
