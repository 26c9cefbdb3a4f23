"""Freezes marts into releases, opens them read-only, and proves that no byte of one has changed.

A release is a folder ``<period>-r<N>`` below ``releases/``: ``tables/*.parquet``, ``inputs/*.parquet``,
``manifest.json`` and ``manifest.sha256``. It comes into being by one rename and never changes afterwards;
a correction is a new revision. Nothing here scores, formats or reads the clock: the same inputs give the
same bytes, on any day and in any process.
"""

from __future__ import annotations

from pipelines.release.contents import CLOCK_COLUMNS, MARTS, OPTIONAL, REFERENCES
from pipelines.release.freezing import ReleaseResult, code_version, freeze
from pipelines.release.opening import Release, find, names, open_release
from pipelines.release.verifying import VerifyReport, verify, verify_folder

__all__ = [
    "CLOCK_COLUMNS", "MARTS", "OPTIONAL", "REFERENCES", "Release", "ReleaseResult", "VerifyReport", "code_version", "find", "freeze", "names",
    "open_release", "verify", "verify_folder",
]  # fmt: skip
