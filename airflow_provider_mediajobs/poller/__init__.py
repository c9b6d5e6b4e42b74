"""Many waiters, few calls: in a triggerer, all waits on one vendor account share its quota and each other's looks."""
