# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Polls jobs for all waits of a triggerer, with as few calls to the vendor as its quota demands.

Terms, from the outside in:

- A **wait** (:mod:`.waiter`) is what one trigger waits for: one job or several. It has one **subscription** a job.
- A **lane** (:mod:`.lane`) makes the calls that count against one quota of one account, for all waits on it.
- A **source** (:mod:`.source`) holds the waits of a lane that use the same connection.
- A **pool** (:mod:`.batch`) holds the jobs of one kind and one source, and packs them into calls.
- A **call** is one exchange with the vendor, mostly one request. There are three kinds: a **look** asks exactly for the
  states of given jobs, a **probe** asks only which of many jobs still run, and a **page** is read from the list of all
  jobs.

Times are seconds of the event loop's clock unless stated otherwise.
"""
