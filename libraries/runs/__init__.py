"""Runs of the reports, from the same start, in nnlib and in other libraries."""
