"""When to warn: plain arithmetic over numbers already counted. No database.

Each answers None, or what it found with the figures behind it. Held by tests/alerts/: more cases never make any of
them quieter.
"""
