"""The pretended district: one world, of which every department holds its own part, spoiled in its own way."""

from simulator.world import infa
from simulator.world.core import ASPECTS, World, quarter_name, quarter_start
from simulator.world.shared import FACTS

__all__ = ["ASPECTS", "FACTS", "World", "infa", "quarter_name", "quarter_start"]
