"""Everything that happens to a notice once it is fetched: clean, extract, store, judge.

``cleaning``, ``extract`` (with ``gazetteer``) and ``judging`` are pure; ``storage`` is the one writer, ``recorder`` leads a notice
through them. ``report``, ``printing``, ``logs``, ``commands`` and ``extracting`` show what came of it. Nothing here touches the network.
"""
