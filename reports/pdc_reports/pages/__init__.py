"""``report.html`` and what pages are made of. :mod:`.report` writes the page; it draws, so it loads late."""
