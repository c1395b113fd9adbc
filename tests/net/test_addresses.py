from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.net.addresses import is_public, may_reach, unwrap
from monitor.net.policy import Policy, nets

OPEN = Policy(user_agent="x")


@pytest.mark.parametrize(
    "text", ["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "223.255.255.255", "2606:4700::1111", "2001:4860::1"]
)
def test_public_addresses_may_be_reached(text: str) -> None:
    assert may_reach(text, OPEN)


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("::ffff:127.0.0.1", "127.0.0.1"),
        ("64:ff9b::7f00:1", "127.0.0.1"),
        ("2002:7f00:1::", "127.0.0.1"),
        ("2001:0:4136:e378:8000:63bf:80ff:fffe", "127.0.0.1"),
        ("2606:4700::1111", "2606:4700::1111"),
        ("8.8.8.8", "8.8.8.8"),
    ],
)
def test_the_address_inside_another_is_found(text: str, inner: str) -> None:
    assert unwrap(ip_address(text)) == ip_address(inner)


def test_a_public_address_behind_a_translator_is_public_and_behind_a_tunnel_is_not() -> None:
    assert may_reach("64:ff9b::808:808", OPEN)
    assert may_reach("::ffff:8.8.8.8", OPEN)
    assert not may_reach("2002:808:808::", OPEN)
    assert not may_reach("2001:0:4136:e378:8000:63bf:f7f7:f7f7", OPEN)


@pytest.mark.parametrize("text", ["fe80::1%eth0", "nonsense", "", "127.0.0.1 "])
def test_what_is_no_plain_address_may_not_be_reached(text: str) -> None:
    assert not may_reach(text, OPEN)


def test_an_allowed_network_is_allowed_in_both_its_spellings_and_through_no_tunnel() -> None:
    policy = Policy(user_agent="x", allow_nets=nets("127.0.0.0/8"))
    assert may_reach("127.0.0.1", policy)
    assert may_reach("::ffff:127.0.0.1", policy)
    assert may_reach("8.8.8.8", policy)
    assert not may_reach("64:ff9b::7f00:1", policy)
    assert not may_reach("2002:7f00:1::", policy)
    assert not may_reach("10.0.0.1", policy)


def test_only_nets_leaves_nothing_else() -> None:
    policy = Policy(user_agent="x", only_nets=nets("127.0.0.0/8"), allow_nets=nets("10.0.0.0/8"))
    assert may_reach("127.0.0.1", policy)
    assert not may_reach("10.0.0.1", policy)
    assert not may_reach("8.8.8.8", policy)
    assert not may_reach("::1", policy)


def test_a_network_misspelt_is_named() -> None:
    with pytest.raises(ValueError, match=r"127\.0\.0\.0/33"):
        nets("127.0.0.0/33")


@given(st.ip_addresses(v=4))
def test_what_the_standard_library_calls_inner_is_never_public(address: IPv4Address) -> None:
    assert not is_public(address) or (address.is_global and not address.is_multicast)


@given(st.ip_addresses(v=6))
def test_no_ipv6_address_outside_the_public_range_is_public(address: IPv6Address) -> None:
    allowed = (ip_network("2000::/3"), ip_network("64:ff9b::/96"), ip_network("::ffff:0:0/96"))
    assert not is_public(address) or any(address in net for net in allowed)
