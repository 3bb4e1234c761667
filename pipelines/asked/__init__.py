"""A second extractor: a language model that is asked what a notice states, and whose answer is held against the notice.

A notice's words in, ``question`` makes the request for any OpenAI-compatible chat endpoint; the endpoint's answer in, ``answer`` gives
the events in it that hold; ``check`` keeps what the built-in extractor flags beside them. All pure. ``extractor`` puts them together
around an ``Endpoint`` (``scrapers.chat`` is the one over HTTP), ``recorder`` asks without keeping the service's loop.
To ask for another field: the schema in ``question``, its reading in ``answer``.
"""
