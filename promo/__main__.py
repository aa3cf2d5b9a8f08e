"""`python -m promo VERB`: see `promo.cli`."""

import sys

from promo.cli import main

if __name__ == "__main__":
    sys.exit(main())
