"""What must last: datasets, mappings and scenarios in the workspace folder."""
