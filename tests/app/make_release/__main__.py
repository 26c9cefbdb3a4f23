"""The command: writes the pretended release below a folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.app.make_release import __doc__ as about
from tests.app.make_release import build

parser = argparse.ArgumentParser(description=about)
parser.add_argument("target", type=Path)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--firms", type=int, default=320)
parser.add_argument("--empty", action="store_true")
options = parser.parse_args()
print(build(options.target, seed=options.seed, firms=options.firms, empty=options.empty))
