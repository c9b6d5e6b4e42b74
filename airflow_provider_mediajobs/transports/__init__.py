"""How requests travel: ``blocking`` on workers, ``nonblocking`` on the triggerer's event loop."""

MAX_BODY = 8 * 1024 * 1024
"""Bytes an answer may have. The largest documented one, a page of 100 tasks, is under 100 KB."""

USER_AGENT = "airflow-provider-mediajobs"
