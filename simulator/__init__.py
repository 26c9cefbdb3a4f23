"""Pretends to be the departments of the district: real servers and files, seeded data, known dirt.

The pipelines never import this package, and this package never imports them.
"""

VERSION = "1"
