"""Tables that people upload: read row by row in bounded memory, refused in plain words where they cannot be read.

`reading.open_table` opens a file, `columns` finds the heading and matches it to our fields, `returning` writes the
template and the file with a reason column. Nothing is imported here: the process that opens workbooks
(`sheets`) starts without Django.
"""
