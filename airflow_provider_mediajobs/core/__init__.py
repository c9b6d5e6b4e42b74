"""Values and decisions that all other packages use: jobs, kinds, accounts, HTTP, errors, times, outcomes. No I/O."""
