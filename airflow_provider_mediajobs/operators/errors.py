# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What only a submission can end with. The other errors are those of the sensors."""

from __future__ import annotations

from ..sensors.errors import MediaJobWaitBroken


class MediaJobUnclear(MediaJobWaitBroken):
    """A job may have been made, and none can be proved to be it. A retry looks for it again, and sends nothing."""


class MediaJobToSubmitAgain(MediaJobWaitBroken):
    """The job has ended badly, and ``resubmit_on_failure`` is set: the next try submits it again."""


class MediaJobNotSent(MediaJobWaitBroken):
    """Nothing was sent, since it could not be written down first: the next try begins anew."""
