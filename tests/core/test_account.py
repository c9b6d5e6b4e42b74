"""Accounts: no secret in ``repr``, and which origin wins."""

from __future__ import annotations

from airflow_provider_mediajobs.core.account import Account, Credentials, HttpOptions


def test_repr_shows_no_secret() -> None:
    """Neither key, tokens nor a proxy's password."""
    keys = Credentials("AK", "S1", "S2", "S3")
    account = Account("v", keys, http=HttpOptions(proxy="http://u:S4@proxy"))
    assert [word for word in ("S1", "S2", "S3", "S4") if word in repr(account) + repr(keys)] == []
    assert "AK" in repr(account)


def test_override() -> None:
    """The product's own endpoint, then the origin for all, then none."""
    account = Account("v", Credentials(), origin="http://all", endpoints={"vod": "http://vod"})
    assert (account.override("vod"), account.override("mpc")) == ("http://vod", "http://all")
    assert Account("v", Credentials()).override("vod") is None
