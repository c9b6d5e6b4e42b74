"""What it costs, measured: ``python -m tests.benchmarks``. No tests: figures depend on the machine."""
