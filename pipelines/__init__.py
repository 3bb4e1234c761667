"""Everything that happens to a notice once it is fetched: clean, extract, store, judge.

Pure functions first; ``store`` is the only module that writes. Nothing here touches the network.
"""
