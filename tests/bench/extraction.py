"""Extraction alone: notices of about 200 words, in one process."""

import random
from datetime import date
from time import process_time

from tests.bench.measure import result, rss_mib
from tests.bench.texts import notice

NOTICES = 2000

if __name__ == "__main__":
    before = rss_mib()
    start = process_time()
    from pipelines.extract import extract

    extract("KLM suspends flights to Caracas", "", date.today())
    loading = process_time() - start
    notices = [notice(random.Random(f"x {number}"), str(number)) for number in range(NOTICES)]
    start = process_time()
    events = sum(len(extract(title, text, date.today()).events) for title, text in notices)
    cpu = process_time() - start
    words = sum(len(text.split()) for _, text in notices) / NOTICES
    print(result(cpu=cpu, notices=NOTICES, events=events, words=words, loading=loading, loaded_mib=rss_mib() - before))
