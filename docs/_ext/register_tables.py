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

import ast
import inspect
from collections.abc import Callable, Iterable, Sequence
from textwrap import dedent

from airflow_provider_mediajobs import operators, sensors
from airflow_provider_mediajobs.core.job import JobState
from airflow_provider_mediajobs.core.kind import JobKind, Quota
from airflow_provider_mediajobs.core.vendor import Vendor
from airflow_provider_mediajobs.emulator import What
from airflow_provider_mediajobs.emulator.catalogue import VENDORS as EMULATED
from airflow_provider_mediajobs.operators import MediaJobOperator
from airflow_provider_mediajobs.sensors import MediaJobSensor
from airflow_provider_mediajobs.vendors import KINDS, VENDORS, vendor_of
from airflow_provider_mediajobs.vendors import kind as kind_of

COLUMNS = (
    JobState.PENDING,
    JobState.RUNNING,
    JobState.SUCCEEDED,
    JobState.PARTIAL,
    JobState.FAILED,
    JobState.CANCELLED,
)

_UNLIMITED = 1000
"""A kind whose batch is at least as large as this has no limit of the vendor's: one call answers for a whole group."""


def named_sensors() -> dict[str, type[MediaJobSensor]]:
    """The sensor class of each kind."""
    classes = [getattr(sensors, name) for name in sensors.__all__]
    return {_kind_of(one): one for one in classes if one is not MediaJobSensor}


def named_operators() -> dict[str, type[MediaJobOperator]]:
    """The operator class of each kind that is submitted."""
    classes = [getattr(operators, name) for name in operators.__all__]
    return {_kind_of(one): one for one in classes if one is not MediaJobOperator}


def _kind_of(of: type[MediaJobSensor | MediaJobOperator]) -> str:
    """The kind that a named class hands to its base class: only its source tells, until one is made."""
    source = ast.parse(dedent(inspect.getsource(of.__init__)))
    nodes = list(ast.walk(source))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    given = [keyword.value for call in calls for keyword in call.keywords if keyword.arg == "kind"]
    named = [node.value for node in nodes if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "kind"]
    (kind,) = named or given
    return str(ast.literal_eval(kind))


def required_arguments(of: type[MediaJobSensor | MediaJobOperator]) -> list[str]:
    """What a named class cannot do without, as its arguments are called."""
    parameters = inspect.signature(of.__init__).parameters.values()
    return [one.name for one in parameters if one.kind is one.KEYWORD_ONLY and one.default is one.empty]


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


def page_of(kind: JobKind) -> str:
    """The how-to page of a kind, from the documentation's root."""
    return f"/sensors/{kind.name.replace('.', '_')}.md"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_escaped(cell) for cell in line)} |" for line in lines)


def _escaped(cell: str) -> str:
    return cell.replace("|", r"\|")


def code(names: Iterable[str]) -> str:
    """Names as code, with commas between them."""
    return ", ".join(f"`{name}`" for name in names)


def quota(limit: Quota) -> str:
    """A limit as people read it."""
    return f"{limit.calls:g} calls per {limit.seconds:g} s"


def ids(kind: JobKind) -> str:
    """Required ids, then optional ones."""
    return code(kind.ids) + (f", optional {code(kind.optional)}" if kind.optional else "")


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
        [(f"`{kind.name}`", *_words(kind.states.items())) for kind in KINDS.values()],
    )


def renditions() -> str:
    """The vendors' words for the state of a single rendition."""
    told = [kind for kind in KINDS.values() if kind.renditions]
    return table(
        ("kind", *(str(column) for column in COLUMNS)),
        [(f"`{kind.name}`", *_words(kind.renditions.items())) for kind in told],
    )


def _words(words: Iterable[tuple[str, JobState]]) -> list[str]:
    known = list(words)
    return [", ".join(f"`{word}`" for word, state in known if state is column) for column in COLUMNS]


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
        [(f"`{action}`", f"`{kind.name}`", why) for kind in KINDS.values() for action, why in _permissions(kind)],
    )


def _permissions(kind: JobKind) -> list[tuple[str, str]]:
    """Of one kind, with the use of each."""
    return [
        *((action, "for every status query") for action in kind.actions),
        *((action, "in the triggerer, to ask about many running jobs in one call") for action in kind.probe_actions),
        *((action, "for `cancel_then_fail` and `hook.cancel_job`") for action in kind.cancel_actions),
    ]


def credentials() -> str:
    """The ways to come by credentials, with what each takes from the connection."""
    return table(
        ("`credentials`", "vendor", "what it is", "login and password", "extra, required", "extra, optional"),
        [
            (
                f"`{method.name}`",
                vendor.title,
                method.title,
                method.keys,
                code(one.name for one in method.parameters if one.required),
                code(one.name for one in method.parameters if not one.required),
            )
            for vendor in VENDORS
            for method in vendor.auth_methods
        ],
    )


def credential_fields() -> str:
    """What each field means that belongs to single ways to come by credentials."""
    rows = {}
    for vendor in VENDORS:
        for method in vendor.auth_methods:
            for one in method.parameters:
                bounds = f", from {one.bounds[0]} to {one.bounds[1]}" if one.bounds else ""
                variable = f"`{one.variable}`" if one.variable else ""
                rows[vendor.title, one.name] = (
                    f"`{one.name}`",
                    vendor.title,
                    f"{one.label}. {one.description}{bounds}",
                    variable,
                )
    return table(("extra", "vendor", "meaning", "environment variable that stands in"), rows.values())


def regions() -> str:
    """The regions that the connection form suggests."""
    return table(
        ("vendor", "suggested regions"),
        [(vendor.title, code(vendor.regions)) for vendor in VENDORS],
    )


def emulated() -> str:
    """Every operation that the emulator answers."""
    return table(
        ("vendor", "operation"),
        [(emulation.name, f"`{operation}`") for emulation in EMULATED for operation in emulation.operations],
    )


def faults() -> str:
    """What can go wrong in the emulator, as the class says that lists it."""
    (body,) = [node.body for node in ast.parse(inspect.getsource(What)).body if isinstance(node, ast.ClassDef)]
    texts = [ast.literal_eval(node.value) for node in body if isinstance(node, ast.Expr)][1:]
    return table(
        ("fault", "what happens"),
        [(f"`{fault}`", text.replace("``", "`")) for fault, text in zip(What, texts, strict=True)],
    )


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
    words = [(str(state), words) for state, words in zip(COLUMNS, _words(kind.states.items()), strict=True) if words]
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
