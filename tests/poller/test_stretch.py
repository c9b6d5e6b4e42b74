"""Stretch: the price of a look follows how short the quota is."""

from __future__ import annotations

from airflow_provider_mediajobs.poller.stretch import DEAREST, Stretch


def test_it_rises_while_calls_are_pressed_and_falls_with_time() -> None:
    """Twice as dear within half a minute; idle time counts, too."""
    stretch = Stretch()
    for second in range(28):
        stretch.felt(True, float(second))
    assert 2.0 < stretch.factor < 2.2
    stretch.felt(False, 28.0)
    assert stretch.factor > 1.9
    stretch.felt(False, 100.0)
    assert stretch.factor == 1.0


def test_it_has_a_limit() -> None:
    """However long the shortage lasts."""
    stretch = Stretch()
    for second in range(1000):
        stretch.felt(True, float(second))
    assert stretch.factor == DEAREST


def test_it_is_told_once_in_ten_minutes() -> None:
    """And not while it is hardly felt."""
    stretch = Stretch()
    told = [second for second in range(1000) if stretch.felt(True, float(second))]
    assert told == [15, 615]
