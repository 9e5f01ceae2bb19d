"""What all tests share: the helpers of :mod:`crawling` can be imported from anywhere below this folder."""

from hypothesis import settings

# A busy machine is no failure.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
