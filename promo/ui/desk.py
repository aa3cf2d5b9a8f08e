"""The script of the desk: set the page up, say who is here, run the page that was asked for.

It lies apart from `pages/`, because a server that finds a folder of that name beside its script
runs those files alone until the script has run once.
"""

from promo.ui import answering, shell, state
from promo.ui.widgets import explained

shell.configure()
with explained():
    state.start()
    page = shell.navigation()
    shell.sidebar(page)
    answering.leave(page.url_path)
    page.run()
