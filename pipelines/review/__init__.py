"""What people decided about pairs of records: an append-only log, and how it is read."""
