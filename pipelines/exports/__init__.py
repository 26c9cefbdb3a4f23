"""Workbooks and papers, each made from one release and from nothing else."""
