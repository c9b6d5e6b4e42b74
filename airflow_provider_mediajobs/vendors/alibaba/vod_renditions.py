"""The renditions of one VOD transcoding task: ``TranscodeJobInfoList`` of ``GetTranscodeTask`` (2017-03-21)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...core import facts
from ...core.job import JobState
from ...core.output import JobFault, Output, Rendition

STATES = {
    "Transcoding": JobState.RUNNING,
    "TranscodeSuccess": JobState.SUCCEEDED,
    "TranscodeFail": JobState.FAILED,
}


def records(detail: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The vendor's records, one a rendition; ``None`` where it does not tell of any."""
    listed = detail.get("TranscodeJobInfoList")
    return facts.records(listed) if isinstance(listed, list) else None


def rendition(record: dict[str, Any]) -> Rendition:
    """What the vendor says of one."""
    word = facts.word(record.get("TranscodeJobStatus"))
    state = STATES.get(word, JobState.UNKNOWN)
    fault = JobFault(facts.text(record.get("ErrorCode")), facts.text(record.get("ErrorMessage")))
    return Rendition(
        definition=facts.text(record.get("Definition")),
        template_id=facts.text(record.get("TranscodeTemplateId")),
        job_id=facts.text(record.get("TranscodeJobId")),
        state=str(state),
        raw_state=word,
        progress=facts.percent(record.get("TranscodeProgress")),
        uri=_output(record).uri if state is JobState.SUCCEEDED else None,
        error=fault if state is JobState.FAILED and any(fault) else None,
    )


def outputs(jobs: Sequence[dict[str, Any]]) -> tuple[Output, ...]:
    """The files of the renditions that succeeded."""
    return tuple(
        _output(job) for job in jobs if STATES.get(facts.word(job.get("TranscodeJobStatus"))) is JobState.SUCCEEDED
    )


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
