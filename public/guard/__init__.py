"""Keeping robots off the desk without asking anybody else: counters, a proof of work or a sum, and a verdict."""
