"""Kinds of jobs as the emulator plays them: one module each, with its ``KIND`` and its ``OPERATIONS``."""
