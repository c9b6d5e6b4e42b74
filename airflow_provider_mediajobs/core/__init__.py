"""The words every room uses: jobs, kinds, accounts, HTTP values, errors, times, outcomes. No I/O."""
