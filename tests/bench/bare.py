"""The baseline: plain Scrapy spiders, with nothing of ours."""

import sys
from time import perf_counter, process_time

import scrapy
from scrapy.crawler import AsyncCrawlerProcess

from tests.bench.measure import result

SETTINGS = {
    "CONCURRENT_REQUESTS": 32,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "DOWNLOAD_DELAY": 0,
    "LOG_LEVEL": "ERROR",
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
}


class Fetch(scrapy.Spider):
    """Fetches each address; once through beforehand does not count, as connections and imports are warm for the service too."""

    name = "fetch"

    def __init__(self, urls):
        super().__init__()
        self.urls = urls
        self.left = 0
        self.start_marks = None

    async def start(self):
        self.start_marks = perf_counter(), process_time()
        for url in self.urls:
            yield scrapy.Request(url, dont_filter=True)

    def parse(self, response):
        return None

    def closed(self, reason):
        wall, cpu = self.start_marks
        print(result(wall=perf_counter() - wall, cpu=process_time() - cpu, pages=len(self.urls)))


class Articles(Fetch):
    """Follows each list to its articles and parses them to items."""

    name = "articles"

    def parse(self, response):
        for href in response.css("li a::attr(href)"):
            yield response.follow(href, self.article)

    def article(self, response):
        yield {
            "url": response.url,
            "title": response.css("h1::text").get(),
            "published": response.css("time::attr(datetime)").get(),
            "text": " ".join(response.css("article .text ::text").getall()),
        }


if __name__ == "__main__":
    process = AsyncCrawlerProcess(SETTINGS)
    process.crawl({"fetch": Fetch, "articles": Articles}[sys.argv[1]], urls=sys.argv[2:])
    process.start()
