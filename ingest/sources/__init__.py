"""One module a source; each returns raw tables in the shapes of `ingest.contract`."""
