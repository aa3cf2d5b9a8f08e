"""Options and rules in, a plan out; the only package that knows PuLP and HiGHS."""
