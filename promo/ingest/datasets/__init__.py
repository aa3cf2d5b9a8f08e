"""Tables at rest: one account over all files of an import, written whole or not at all."""
