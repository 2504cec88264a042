"""Groups in their order, from the cache or solved; their tables; the folder, written whole; the seal."""
