"""How fast the product is, as ratios against the least work that could do the same: `make bench`.

It builds databases of its own on embedded servers under `var/bench` and leaves every other one alone.
"""
