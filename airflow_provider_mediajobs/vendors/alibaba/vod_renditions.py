"""The renditions of one VOD transcoding task: ``TranscodeJobInfoList`` of ``GetTranscodeTask`` (2017-03-21)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...core import facts
from ...core.job import JobFault, Output

SUCCESS = "TranscodeSuccess"
FAIL = "TranscodeFail"


def renditions(detail: dict[str, Any]) -> list[dict[str, Any]]:
    """The vendor's records, one a rendition."""
    return facts.records(detail.get("TranscodeJobInfoList"))


def outputs(jobs: Sequence[dict[str, Any]]) -> tuple[Output, ...]:
    """The files of the renditions that succeeded."""
    return tuple(_output(job) for job in jobs if job.get("TranscodeJobStatus") == SUCCESS)


def failures(jobs: Sequence[dict[str, Any]]) -> list[tuple[str, JobFault]]:
    """Name and fault of the renditions that failed; the name is the definition, else the template."""
    return [
        (
            facts.text(job.get("Definition")) or facts.text(job.get("TranscodeTemplateId")) or "rendition",
            JobFault(facts.text(job.get("ErrorCode")), facts.text(job.get("ErrorMessage"))),
        )
        for job in jobs
        if job.get("TranscodeJobStatus") == FAIL
    ]


def _output(job: dict[str, Any]) -> Output:
    file = facts.mapping(job.get("OutputFile"))
    video = _first_stream(file.get("VideoStreamList"))
    audio = _first_stream(file.get("AudioStreamList"))
    return Output(
        uri=facts.text(file.get("OutputFileUrl")),
        format=facts.text(file.get("Format")),
        duration_s=facts.number(file.get("Duration")),
        size_bytes=facts.integer(file.get("Filesize")),
        width=facts.integer(file.get("Width")) or facts.integer(video.get("Width")),
        height=facts.integer(file.get("Height")) or facts.integer(video.get("Height")),
        video_codec=facts.text(video.get("CodecName")),
        audio_codec=facts.text(audio.get("CodecName")),
    )


def _first_stream(value: Any) -> dict[str, Any]:
    """The stream lists are JSON **text**; one that cannot be read costs a codec name, nothing else."""
    if isinstance(value, str):
        try:
            value = facts.decoded(value)
        except ValueError:
            value = None
    return next(iter(facts.records(value)), {})
