"""Which records are the same thing: deterministic keys first, Fellegi–Sunter for the rest.

``link(records, spec)`` is the one matcher of the house (docs/linkage.md); what the columns are is said by a
:class:`Spec`. ``registry`` and ``step`` run it between two runs of dbt for the things that silos share.
"""

from __future__ import annotations

from pipelines.analysis.linkage.engine import Linked, link
from pipelines.analysis.linkage.spec import KINDS, Spec, load_spec

__all__ = ["KINDS", "Linked", "Spec", "link", "load_spec"]
