"""From records to values: what columns mean, how they are written, what is wrong with a row."""
