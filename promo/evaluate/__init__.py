"""What a plan promises and what it was worth."""
