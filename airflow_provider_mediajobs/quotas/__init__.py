"""Rate limits that all triggerers and workers share through Redis, where ``[mediajobs] quota_storage`` is set."""
