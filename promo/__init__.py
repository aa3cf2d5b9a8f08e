"""Promodesk: the desk at which a promotion is decided, from CSV to measured result."""
