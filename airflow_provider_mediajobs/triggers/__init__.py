"""Triggers: waits that occupy no worker slot."""
