# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tables of the documentation, made from the register of kinds, so that they say what the code does.

Every function returns MyST Markdown. This module needs Airflow (for the sensors) and not Sphinx; the directive is in
``mediajobs_docs``.
"""

from __future__ import annotations

from collections.abc import Callable

from register_cells import COLUMNS, code, ids, page_of, quota, table, words_by_state
from register_classes import named_operators, named_sensors, required_arguments
from register_settings import credential_fields, credentials, emulated, faults, regions

from airflow_provider_mediajobs.core.kind import JobKind, Quota
from airflow_provider_mediajobs.core.vendor import Vendor
from airflow_provider_mediajobs.vendors import KINDS, VENDORS, vendor_of
from airflow_provider_mediajobs.vendors import kind as kind_of

_UNLIMITED = 1000
"""A kind whose batch is at least as large as this has no limit of the vendor's: one call answers for a whole group."""


def kinds() -> str:
    """Every kind: what waits for it, by which ids, whom it asks, within which quota."""
    classes = named_sensors()
    return table(
        ("kind", "sensor", "ids", "vendor's page", "quota assumed"),
        [
            (
                f"`{kind.name}`",
                f"[`{classes[kind.name].__name__}`]({page_of(kind)})",
                ids(kind),
                f"[{kind.title}]({kind.page})",
                quota(kind.quota),
            )
            for kind in KINDS.values()
        ],
    )


def states() -> str:
    """The vendors' words by the state that each of them means."""
    return table(
        ("kind", *(str(column) for column in COLUMNS)),
        [(f"`{kind.name}`", *words_by_state(kind.states.items())) for kind in KINDS.values()],
    )


def renditions() -> str:
    """The vendors' words for the state of a single rendition."""
    told = [kind for kind in KINDS.values() if kind.renditions]
    return table(
        ("kind", *(str(column) for column in COLUMNS)),
        [(f"`{kind.name}`", *words_by_state(kind.renditions.items())) for kind in told],
    )


def quotas() -> str:
    """The limits that are assumed: one row for each bucket of a vendor."""
    return table(
        ("key in `quotas`", "vendor", "limit", "source", "calls of kinds"),
        [
            (
                f"`{limit.name}`",
                vendor.title,
                quota(limit),
                limit.source,
                "; ".join(f"{calls}: {code(names)}" for calls, names in _counted(vendor, limit).items()),
            )
            for vendor in VENDORS
            for limit in vendor.quotas.values()
        ],
    )


def _counted(vendor: Vendor, limit: Quota) -> dict[str, list[str]]:
    """The kinds with calls that come out of a bucket, by these calls."""
    counted: dict[str, list[str]] = {}
    for kind in vendor.kinds:
        if calls := _calls(kind, limit):
            counted.setdefault(calls, []).append(kind.name)
    return counted


def _calls(kind: JobKind, limit: Quota) -> str:
    return ", ".join(call for call, quota in kind.calls.items() if quota == limit)


def permissions() -> str:
    """What a key must be allowed to do."""
    return table(
        ("permission", "kind", "needed"),
        [
            (f"`{action}`", f"`{kind.name}`", why)
            for kind in KINDS.values()
            for action, why in (*_permissions(kind), *_submitting(kind))
        ],
    )


def _submitting(kind: JobKind) -> list[tuple[str, str]]:
    """What an operator needs besides, which a key that only waits does not."""
    if kind.submit is None:
        return []
    creating = [(action, "for operators only, to submit") for action in kind.submit.actions]
    return [*creating, *((one.action, "for operators only, to find their job") for one in kind.submit.find_permissions)]


def _permissions(kind: JobKind) -> list[tuple[str, str]]:
    """Of one kind, for waiting, with the use of each."""
    return [
        *((action, "for every status query") for action in kind.actions),
        *((action, "in the triggerer, to ask about many running jobs in one call") for action in kind.probe_actions),
        *((action, "for `cancel_then_fail` and `hook.cancel_job`") for action in kind.cancel_actions),
    ]


def facts(name: str) -> str:
    """Everything that is declared of one kind.

    :raises ParameterError: for an unknown kind.
    """
    kind = kind_of(name)
    sensor = named_sensors()[name]
    rows = [
        ("Sensor", f"{{class}}`~{sensor.__module__}.{sensor.__name__}`"),
        ("Kind, for `MediaJobSensor` and the hooks", f"`{kind.name}`"),
        ("Default connection", f"`{vendor_of(name).default_conn_id}`"),
        ("Required arguments", code(required_arguments(sensor))),
        ("Ids of the kind", ids(kind)),
        ("Vendor's page", f"[{kind.title}]({kind.page})"),
        ("Vendor's console", f"<{kind.console}>"),
        ("Jobs in one call", _jobs_a_call(kind)),
        *(
            (f"Quota of {_calls(kind, limit)}", f"{quota(limit)}, bucket `{limit.name}` ({limit.source})")
            for limit in kind.quotas
        ),
        ("Can be cancelled", "while it is queued" if kind.cancel else "no"),
    ]
    words = [
        (str(state), words) for state, words in zip(COLUMNS, words_by_state(kind.states.items()), strict=True) if words
    ]
    return "\n\n".join(
        [
            table(("", ""), rows),
            "The vendor's words and the states they mean:",
            table(("state", "vendor's words"), words),
            "Permissions:",
            table(("permission", "needed"), [(f"`{action}`", why) for action, why in _permissions(kind)]),
        ]
    )


def _jobs_a_call(kind: JobKind) -> str:
    if kind.batch_size >= _UNLIMITED:
        return f"any number with the same {code(kind.group_by)}"
    return f"up to {kind.batch_size}" if kind.batch_size > 1 else "one"


def submissions() -> str:
    """Every kind that is submitted: what becomes of a lost answer, and whether a job can be cancelled."""
    made = named_operators()
    return table(
        ("kind", "operator", "our key travels in", "sent twice", "found again", "stays unclear", "cancelled"),
        [
            (
                f"`{kind.name}`",
                f"[`{made[kind.name].__name__}`](/operators/{kind.name.replace('.', '_')}.md)",
                f"`{kind.submit.carrier}`" if kind.submit.carrier else "nothing",
                "makes one job" if kind.submit.deduplicates else "makes two jobs",
                "by its key" if kind.submit.shows_key else "never for sure",
                kind.submit.doubt,
                "while it is queued" if kind.cancel else "never",
            )
            for kind in KINDS.values()
            if kind.submit is not None
        ],
    )


def submission(name: str) -> str:
    """The parameters of one kind's operator that have names of ours, and its permissions.

    :raises ParameterError: for an unknown kind.
    """
    kind = kind_of(name)
    submit = kind.submit
    assert submit is not None  # noqa: S101
    of = named_operators()[name]
    rows = [
        ("Operator", f"{{class}}`~{of.__module__}.{of.__name__}`"),
        ("Vendor's page", f"[`{submit.operation}`]({submit.page})"),
        ("Required arguments", code(required_arguments(of))),
        ("Permissions", f"{code(submit.actions)}; to find a job {code(submit.find_actions)}; and those of the sensor"),
    ]
    names = [(f"`{ours}`", f"`{theirs}`") for ours, theirs in submit.parameters.items()]
    return "\n\n".join([table(("", ""), rows), table(("argument", "vendor's name"), names)])


TABLES: dict[str, Callable[..., str]] = {
    made.__name__: made
    for made in (
        kinds,
        states,
        renditions,
        quotas,
        permissions,
        credentials,
        credential_fields,
        regions,
        emulated,
        faults,
        facts,
        submissions,
        submission,
    )
}
"""By the name that the directive takes: see ``mediajobs_docs``."""


def made(text: str) -> str:
    """The table that a directive asks for.

    :param text: a name of :data:`TABLES`, and what it takes besides, divided by blanks.
    :raises ValueError: naming the tables there are.
    """
    name, *arguments = text.split()
    if name not in TABLES:
        raise ValueError(f"there is no table {name!r}; there are {', '.join(TABLES)}")
    return TABLES[name](*arguments)
