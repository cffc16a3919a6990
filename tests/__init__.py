"""The tests. None of them may fail because a machine is busy, so Hypothesis sets no deadline for an example."""

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
