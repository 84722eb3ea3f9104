"""Staff's pages: for whoever is on the staff list and signed in by a mailed link; `access.staff_page` guards each."""
