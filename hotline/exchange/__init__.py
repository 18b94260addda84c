"""Exchange with the city's platform: its orders in, states and answers out (DOMAIN.md §2.9, the order form).

A run is one file, one push or one export; every run and each of its rows is on record. `reading` reads a row,
`taking` takes many rows in at once, `running` goes through a file in chunks that survive a killed process, `telling`
says what has changed since it was last told, `signing` knows a partner by its signature.
"""
