"""From the bytes of any file to records that an engine cannot misread."""
