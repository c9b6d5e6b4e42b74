"""How jobs are made and found again: one module a kind."""
