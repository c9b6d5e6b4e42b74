# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What only a submission can end with. The other errors are those of the sensors."""

from __future__ import annotations

from ..sensors.errors import MediaJobWaitBroken


class MediaJobUnclear(MediaJobWaitBroken):
    """It is unclear whether the request has made a job, or which one. A retry looks for it again, and sends nothing."""


class MediaJobToSubmitAgain(MediaJobWaitBroken):
    """The job has ended badly, and ``resubmit_on_failure`` is set: the next try submits a new job."""


class MediaJobNotSent(MediaJobWaitBroken):
    """Nothing was sent, because the submission could not be recorded first. The next try begins anew."""
