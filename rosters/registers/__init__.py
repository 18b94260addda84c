"""How a staged row compares with its register, and how it is written there: one module for each kind of roster."""
