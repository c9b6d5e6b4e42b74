# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests listings: the poller learns the order of a list from its pages, and predicts where jobs are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_mediajobs.core.kind import Page
from airflow_provider_mediajobs.poller.listing import PAGE_SIZE, Listing, Worth
from airflow_provider_mediajobs.vendors import kind

LIST = kind("huawei.vod.editing")
A, B, C = (LIST.ref({"task_id": name}) for name in "abc")


def page(total: int, newest_first: bool | None, **places: int) -> Page:
    found = {LIST.ref({"task_id": name}): place for name, place in places.items()}
    return Page(total, min(total, PAGE_SIZE), newest_first, {}, found)


def test_newest_first_new_jobs_push_old_ones_down() -> None:
    """Fifty more in the list: fifty places further."""
    listing = Listing()
    listing.enter(A)
    listing.read(0, page(1000, True, a=20), [])
    listing.enter(B)
    listing.read(0, page(1050, True), [])
    assert (listing.newest_first, listing.place(A), listing.place(B)) == (True, 70, 50)


def test_oldest_first_nobody_moves_and_new_jobs_are_at_the_end() -> None:
    """Where the list ended when the wait began."""
    listing = Listing()
    listing.read(0, page(1000, False, a=20), [])
    listing.enter(B)
    listing.read(900, page(1050, False), [])
    assert (listing.newest_first, listing.place(A), listing.place(B)) == (False, 20, 1000)


def test_without_an_order_places_are_not_predicted() -> None:
    """New jobs come in anywhere."""
    listing = Listing()
    listing.enter(B)
    listing.read(0, page(1000, None, a=500), [])
    assert (listing.newest_first, listing.place(A), listing.place(B)) == (None, None, None)


@pytest.mark.parametrize("newest_first", [True, False])
def test_who_waits_before_the_list_is_known_may_be_anywhere(newest_first: bool) -> None:
    """As in a triggerer that has just started: these jobs are no newer than others."""
    listing = Listing()
    listing.enter(A)
    listing.read(0, page(1000, newest_first), [])
    assert listing.place(A) is None


@pytest.mark.parametrize(("newest_first", "before", "place"), [(True, 400, 0), (False, 1000, 299)])
def test_places_are_on_the_list(newest_first: bool, before: int, place: int) -> None:
    """Also when it has become shorter; beyond it, nobody would notice that the guess is wrong."""
    listing = Listing()
    listing.read(0, page(before, newest_first, a=50 if newest_first else 900), [])
    listing.read(0, page(300, newest_first), [])
    assert listing.place(A) == place


def test_an_order_is_given_up_when_pages_show_none() -> None:
    """One page may be in order by chance."""
    listing = Listing()
    listing.read(0, page(1000, True), [])
    listing.read(0, page(1000, None), [])
    assert listing.newest_first is None


def test_a_page_of_two_tells_nothing_of_the_order() -> None:
    """They may share a second."""
    listing = Listing()
    listing.read(0, page(1000, True), [])
    listing.read(998, Page(1000, 2, None, {}, {}), [])
    assert listing.newest_first is True


def test_who_is_not_where_expected_is_lost_until_seen_again() -> None:
    """Until then it is looked for by its id."""
    listing = Listing()
    listing.read(0, page(1000, True, a=20, b=30), [])
    listing.read(0, page(1000, True, a=20), [A, B])
    assert (listing.place(A), listing.place(B)) == (20, None)
    assert listing.hits == pytest.approx(0.95)
    listing.leave(A)
    assert listing.place(A) is None


def test_the_page_that_ends_most_delay_is_read() -> None:
    """Two at the far end outweigh one at the front."""
    listing = Listing()
    listing.read(0, page(1000, False), [])
    jobs = [Worth(A, 5.0, 10.0), Worth(B, 4.0, 800.0), Worth(C, 4.0, 850.0)]
    assert listing.best(jobs) == (795, 8.0)


def test_pages_stay_within_the_list() -> None:
    """The last one is read from a hundred before the end."""
    listing = Listing()
    listing.read(0, page(1000, False), [])
    assert listing.best([Worth(A, 5.0, 990.0)])[0] == 900
    assert listing.best([Worth(A, 5.0, 3.0)])[0] == 0


def test_where_nothing_is_known_the_list_is_read_page_by_page() -> None:
    """And what that is worth is a matter of chance."""
    listing = Listing()
    assert listing.best([Worth(A, 5.0, None)]) == (0, 5.0)
    listing.read(0, page(1000, None), [])
    assert listing.best([Worth(A, 5.0, None)]) == (100, 0.5)
    listing.read(900, page(1000, None), [])
    assert listing.best([Worth(A, 5.0, None)]) == (0, 0.5)


@given(st.lists(st.tuples(st.floats(0, 5000), st.floats(0.1, 10)), min_size=1, max_size=40))
def test_the_worth_of_a_page_is_that_of_the_jobs_on_it(placed: list[tuple[float, float]]) -> None:
    """And no page of ninety places holds more."""
    listing = Listing()
    listing.read(0, page(5100, False), [])
    offset, worth = listing.best([Worth(A, delay, place) for place, delay in placed])
    on_page = sum(delay for place, delay in placed if offset <= place < offset + PAGE_SIZE)
    best = max(sum(delay for place, delay in placed if start <= place <= start + 90) for start, _ in placed)
    assert worth == pytest.approx(best)
    assert on_page >= worth - 1e-6
