"""What SQL should not do: linkage, travel times, rank uncertainty. Reads models and writes tables, never verdicts."""
