"""Which suspension a statement is about, what it changes there, and whether a person is told.

In: statements and the known suspensions (``facts``). Out: changes, each with at most one flag. Pure: no clock, no database.
"""
