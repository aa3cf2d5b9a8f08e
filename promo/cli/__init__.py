"""The command line: one verb, one use case."""
