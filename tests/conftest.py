"""Property tests draw the same 50 examples on every run and every machine, and none is timed."""

from hypothesis import settings

settings.register_profile("nnlib", deadline=None, derandomize=True, database=None, max_examples=50)
settings.load_profile("nnlib")
