"""Everything that touches the network: a source's record in, raw notices out.

``sources`` reads the records, ``shapes`` holds one spider class for each shape that sites come in, ``watch`` runs many
sources in one crawl. A new source is a record in ``data/sources``; a new shape is a module in ``shapes``.
"""
