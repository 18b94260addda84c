"""Keeping robots off the desk without asking anybody else: a proof of work or a sum, and a verdict."""
