"""The database: what its tables are (``tables``, ``views``, ``schema``), and the one writer (``store``).

``intake`` stores one notice, ``ledger`` what it changes among the suspensions, ``runs`` what became of a run, ``service`` who watches.
"""
