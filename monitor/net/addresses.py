"""Which IP addresses may be reached. The standard library's ``is_global`` is not enough: see the lists below."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from monitor.net.policy import Policy

Address = IPv4Address | IPv6Address

# Special-purpose blocks (IANA registries), listed in full because `is_global` differs between Python releases and says
# yes to several of them (192.0.0.9, 192.88.99.1, 224.0.0.1 on 3.11).
_REFUSED_V4 = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
        ),
    )
)
# Of IPv6 only 2000::/3 is given out as public unicast; these lie inside it and are not places to fetch from.
_PUBLIC_V6 = ip_network("2000::/3")
_REFUSED_V6 = tuple(map(ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
_NAT64 = ip_network("64:ff9b::/96")


def unwrap(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for: v4-mapped, 6to4, Teredo (its client), NAT64. Others as they are."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else address)


def is_public(address: Address) -> bool:
    """Whether the address is a public unicast one, and so is the one wrapped in it."""
    inner = unwrap(address)
    if isinstance(inner, IPv4Address):
        carrier_fits = isinstance(address, IPv4Address) or address.ipv4_mapped is not None or address in _NAT64
        return carrier_fits and inner.is_global and not any(inner in net for net in _REFUSED_V4)
    return (
        inner in _PUBLIC_V6
        and inner.is_global
        and not inner.is_multicast
        and not any(inner in net for net in _REFUSED_V6)
    )


def may_reach(text: str, policy: Policy) -> bool:
    """Whether the policy allows a connection to the address ``text`` (as the socket spells it, zone and all)."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    # A v4-mapped address is the IPv4 address itself, spelled differently by the kernel; the other wrappings are
    # carried by somebody else's relay, so a network allowed by CIDR does not reach through them.
    plain = (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
    if policy.only_nets:
        return any(plain in net for net in policy.only_nets)
    return any(plain in net for net in policy.allow_nets) or is_public(address)
