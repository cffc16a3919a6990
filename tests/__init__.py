"""The tests. None may fail because the machine is busy, so Hypothesis sets no deadline per example."""

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
