"""A notice as the source printed it in, a comparable one out: visible text, a time in UTC, a canonical address, a hash. Pure."""
