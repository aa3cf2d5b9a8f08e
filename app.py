"""The desk: set the page up, say who is here, run the page that was asked for."""

from promo.ui import shell, state

shell.configure()
shell.warm()
state.start()
page = shell.navigation()
shell.sidebar()
page.run()
