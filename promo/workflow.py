"""The use cases: the only place where the verbs meet, and the only door to them."""
