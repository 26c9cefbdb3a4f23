"""What is measured, against whom: ratios within one run, because machines are noisy. Tests never assert a time."""
