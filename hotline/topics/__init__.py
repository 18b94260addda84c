"""Hot topics (热点事项): requests about one place or matter, grouped, ranked, and answered together."""
