"""A chat endpoint and a site of papers on the loopback, for tests."""
