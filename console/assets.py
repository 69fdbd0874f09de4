"""Where templates, styles and scripts lie, and whether the vendored ones were installed."""

from __future__ import annotations

from pathlib import Path

from ledger.errors import MissingAsset

ROOM = Path(__file__).parent
TEMPLATES_DIR = ROOM / "templates"
STATIC_DIR = ROOM / "static"
LOCALE_DIR = ROOM / "locale"
VENDOR_DIR = STATIC_DIR / "vendor"
VENDORED = ("htmx.min.js", "wavesurfer.esm.js", "regions.esm.js", "timeline.esm.js")  # see vendor.mjs


def check_vendored(folder: Path = VENDOR_DIR) -> None:
    """Raises MissingAsset where the pages' scripts were never installed."""
    missing = [name for name in VENDORED if not (folder / name).is_file()]
    if missing:
        raise MissingAsset(
            f"the console's scripts are not installed ({', '.join(missing)} missing in {folder}); "
            "run `make setup`"
        )
