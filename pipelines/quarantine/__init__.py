"""The quarantine gets emptied: what was refused, what became of it, and what people decided about it.

Nothing landed is ever changed. A repaired or released row lands as a new batch with a tie to the old row; a waiver
is a record with who, why and until. Rules belong to the door, batches to landing; here are only decisions and issues.
"""
