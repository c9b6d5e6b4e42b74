# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests errors that come as XML, and text that only resembles it."""

from __future__ import annotations

import time

import pytest

from airflow_provider_mediajobs.core.markup import error_fields

FIELDS = {"Code": "InvalidAccessKeyId.NotFound", "Message": "Specified <key> & more", "RequestId": "5B2C3075"}
INNER = (
    "<RequestId>5B2C3075</RequestId><HostId>h</HostId><Code>InvalidAccessKeyId.NotFound</Code>"
    "<Message>Specified &lt;key&gt; &amp; more</Message>"
)


@pytest.mark.parametrize(
    "text",
    [
        f"<Error>{INNER}</Error>",
        f"<?xml version='1.0' encoding='UTF-8'?><Error>{INNER}</Error>",
        f'\ufeff<?xml version="1.0"?>\r\n<!-- from the gateway -->\n<Error xmlns="urn:x">{INNER}</Error>',
        f"<ErrorResponse><Error>{INNER}</Error></ErrorResponse>",
        f"<a:Error>{INNER}</a:Error>",
        f"<Error>{INNER.lower().replace('invalidaccesskeyid.notfound', 'InvalidAccessKeyId.NotFound')}</Error>".replace(
            "5b2c3075", "5B2C3075"
        ).replace("specified", "Specified"),
        f"<Error>{INNER.replace('>5B', '>  5B').replace('75<', chr(10) + '75<', 0)}</Error>",
        f"<Error>{INNER.replace('Specified &lt;key&gt; &amp; more', '<![CDATA[Specified <key> & more]]>')}</Error>",
        f"<Error>{INNER}<Code>Another</Code></Error>",
    ],
)
def test_an_error(text: str) -> None:
    """In every form that XML allows for it."""
    assert error_fields(text.encode()) == FIELDS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no markup",
        "{}",
        "<html><Code>X</Code></html>",
        "<Answer><Code>X</Code></Answer>",
        "<!DOCTYPE html><Error><Code>X</Code></Error>",
        "<Error></Error>",
        "<Error><Code></Code><Message>  </Message></Error>",
        "<Error><Code>X</Error>",
    ],
)
def test_anything_else_has_no_fields(text: str) -> None:
    assert error_fields(text.encode()) == {}


def test_entities_of_a_document_expand_to_nothing() -> None:
    """There is no parser to fool."""
    bomb = '<?xml version="1.0"?><Error><Code>&a;&a;</Code></Error>'

    assert error_fields(bomb.encode()) == {"Code": "&a;&a;"}


@pytest.mark.parametrize(
    "text",
    [
        "<Error>" + "<Code>" * 500_000,
        "<Error><Code>" + " " * 3_000_000 + "</Code>",
        "<Error>" + "<Code><![CDATA[" * 200_000,
        "<" + "a" * 3_000_000,
        "<" + "Error" * 600_000,
        "<!--" * 700_000,
        " " * 3_000_000,
    ],
)
def test_a_hostile_body_takes_no_time(text: str) -> None:
    """Nothing that grows faster than what is looked at."""
    started = time.process_time()
    error_fields(text.encode())

    assert time.process_time() - started < 0.5
