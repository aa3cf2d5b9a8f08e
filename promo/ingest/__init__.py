"""Files in: recognise, map, clean, quarantine, keep; and the tables that learning starts from."""
