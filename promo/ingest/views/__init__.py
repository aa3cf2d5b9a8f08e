"""What is read out of tables at rest: sales, the weekly panel, customers, profiles, coverage."""
