"""Suggesting a request's category from its text. The desk asks `offering.suggest`; training is for the command alone.

Whatever the web imports here needs numpy only: scikit-learn stays inside the functions of `training`.
"""
