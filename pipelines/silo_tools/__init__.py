"""Adding a silo whose protocol exists, without Python: write its files from a sample, compare it with its contract.

``guess`` reads names and types off a sample, ``skeleton`` writes the files, ``compare`` says what differs,
``commands`` is the command line. What a silo means stays in its contract; nothing here runs a pipeline.
"""
