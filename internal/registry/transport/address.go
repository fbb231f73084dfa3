package transport

import "net/netip"

// A space is a range of addresses that are nobody's public registry.
type space struct {
	prefix netip.Prefix
	what   string
	// sealed spaces are not opened by allowing a name that points there:
	// the address itself must be allowed.
	sealed bool
}

// spaces are the special ranges of IANA's registries, and the addresses where
// clouds answer for the credentials of a machine.
var spaces = []space{
	{netip.MustParsePrefix("169.254.0.0/16"), "link-local, where cloud metadata is", true},
	{netip.MustParsePrefix("168.63.129.16/32"), "a cloud metadata address", true},
	{netip.MustParsePrefix("100.100.100.200/32"), "a cloud metadata address", true},
	{netip.MustParsePrefix("192.0.0.192/32"), "a cloud metadata address", true},
	{netip.MustParsePrefix("fd00:ec2::/32"), "a cloud metadata address", true},
	{netip.MustParsePrefix("fd20:ce::254/128"), "a cloud metadata address", true},
	{netip.MustParsePrefix("0.0.0.0/8"), "unspecified", true},
	{netip.MustParsePrefix("224.0.0.0/4"), "multicast", true},
	{netip.MustParsePrefix("240.0.0.0/4"), "reserved", true},
	{netip.MustParsePrefix("::/128"), "unspecified", true},
	{netip.MustParsePrefix("fe80::/10"), "link-local", true},
	{netip.MustParsePrefix("ff00::/8"), "multicast", true},
	{netip.MustParsePrefix("127.0.0.0/8"), "loopback", false},
	{netip.MustParsePrefix("10.0.0.0/8"), "private", false},
	{netip.MustParsePrefix("172.16.0.0/12"), "private", false},
	{netip.MustParsePrefix("192.168.0.0/16"), "private", false},
	{netip.MustParsePrefix("100.64.0.0/10"), "shared (carrier-grade NAT)", false},
	{netip.MustParsePrefix("192.0.0.0/24"), "reserved", false},
	{netip.MustParsePrefix("192.0.2.0/24"), "for documentation", false},
	{netip.MustParsePrefix("192.88.99.0/24"), "reserved", false},
	{netip.MustParsePrefix("198.18.0.0/15"), "for benchmarks", false},
	{netip.MustParsePrefix("198.51.100.0/24"), "for documentation", false},
	{netip.MustParsePrefix("203.0.113.0/24"), "for documentation", false},
	{netip.MustParsePrefix("::1/128"), "loopback", false},
	{netip.MustParsePrefix("fc00::/7"), "private", false},
	{netip.MustParsePrefix("2001::/23"), "reserved", false},
	{netip.MustParsePrefix("2001:db8::/32"), "for documentation", false},
	{netip.MustParsePrefix("3fff::/20"), "for documentation", false},
}

// globalUnicast is where all public IPv6 addresses are.
var globalUnicast = netip.MustParsePrefix("2000::/3")

// judge answers the space that an address lies in; ok where it is public.
func judge(address netip.Addr) (s space, ok bool) {
	address = address.Unmap().WithZone("")
	for _, s := range spaces {
		if s.prefix.Contains(address) {
			return s, false
		}
	}
	if address.Is4() {
		return space{}, true
	}
	inner, embedded := embedded(address)
	switch {
	case embedded:
		return judge(inner)
	case !globalUnicast.Contains(address):
		return space{what: "no public address", sealed: true}, false
	}
	return space{}, true
}

// The forms of IPv6 that carry an IPv4 address to which they lead, and the
// byte at which it stands.
var carriers = []struct {
	prefix netip.Prefix
	at     int
}{
	{netip.MustParsePrefix("64:ff9b::/96"), 12}, // NAT64
	{netip.MustParsePrefix("::/96"), 12},        // IPv4-compatible
	{netip.MustParsePrefix("::ffff:0:0:0/96"), 12},
	{netip.MustParsePrefix("2002::/16"), 2}, // 6to4
}

func embedded(address netip.Addr) (netip.Addr, bool) {
	bytes := address.As16()
	for _, c := range carriers {
		if c.prefix.Contains(address) {
			return netip.AddrFrom4([4]byte(bytes[c.at : c.at+4])), true
		}
	}
	if bytes[8]&^2 == 0 && bytes[9] == 0 && bytes[10] == 0x5e && bytes[11] == 0xfe { // ISATAP
		return netip.AddrFrom4([4]byte(bytes[12:16])), true
	}
	return netip.Addr{}, false
}
