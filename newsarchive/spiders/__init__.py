"""HOW PAGES ARE REACHED: one spider, which each profile is an instance of by name."""
