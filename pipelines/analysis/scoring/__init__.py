"""A scoring engine for any index: tree, goalposts, weights and missing rules come in a spec, values in a table.

``parse`` reads a spec, ``score`` works on arrays; ``anlan score`` is the same with files. Nothing here knows Anlan's own
indicators. The rules are METHOD 2 to 8; what METHOD forbids for the official score is offered here as an option.
"""

from pipelines.analysis.scoring.engine import Scores, score
from pipelines.analysis.scoring.opinions import second_opinions
from pipelines.analysis.scoring.sobol import rank_drivers
from pipelines.analysis.scoring.spec import Spec, parse
from pipelines.analysis.scoring.uncertainty import rank_intervals

__all__ = ["Scores", "Spec", "parse", "rank_drivers", "rank_intervals", "score", "second_opinions"]
