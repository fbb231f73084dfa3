package transport

import (
	"net/netip"
	"testing"
)

// RELIABILITY 26: what is no public address, in every form.
func TestJudge(t *testing.T) {
	refused := []string{
		"127.0.0.1", "127.255.255.254", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.1.1",
		"100.64.0.1", "100.100.100.200", "100.127.255.255", "169.254.169.254", "169.254.0.1", "168.63.129.16", "0.0.0.0", "0.1.2.3",
		"192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
		"::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fd12:3456::1", "ff02::1", "fec0::1", "2001:db8::1", "2001::1", "3fff::1", "100::1",
		"::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "::ffff:0:127.0.0.1",
		"64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b::10.0.0.1", "64:ff9b:1::1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2002:c0a8:101::",
		"2606:4700::5efe:7f00:1", "4000::1", "5f00::1",
	}
	for _, text := range refused {
		if s, public := judge(netip.MustParseAddr(text)); public || s.what == "" {
			t.Errorf("judge(%s) = %+v, public; want it refused", text, s)
		}
	}
	for _, text := range []string{"1.1.1.1", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1", "192.167.0.1", "169.253.1.1", "2606:4700::1111", "2a00:1450::1", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2002:101:101::1"} {
		if s, public := judge(netip.MustParseAddr(text)); !public {
			t.Errorf("judge(%s) = %+v; want it public", text, s)
		}
	}
}

// What is allowed by name may be private, and not a metadata address; that
// must be allowed itself.
func TestAllowedHosts(t *testing.T) {
	allow, err := parseHosts([]string{"registry.corp", "other.corp:5000", "169.254.169.254", "[::1]:5000"})
	if err != nil {
		t.Fatal(err)
	}
	d := &dialer{allow: allow}
	for _, row := range []struct {
		name, host, port, address string
		want                      bool
	}{
		{"a private address of an allowed name", "registry.corp", "443", "10.0.0.1", true},
		{"a name in other spelling", "Registry.CORP.", "443", "10.0.0.1", true},
		{"a metadata address of an allowed name", "registry.corp", "443", "169.254.169.254", false},
		{"the unspecified address of an allowed name", "registry.corp", "443", "0.0.0.0", false},
		{"a metadata address inside of an IPv6 form", "registry.corp", "443", "64:ff9b::a9fe:a9fe", false},
		{"an allowed port", "other.corp", "5000", "127.0.0.1", true},
		{"another port", "other.corp", "5001", "127.0.0.1", false},
		{"a name below an allowed one", "a.registry.corp", "443", "10.0.0.1", false},
		{"an allowed metadata address", "169.254.169.254", "80", "169.254.169.254", true},
		{"an allowed IPv6 address", "::1", "5000", "::1", true},
		{"a public address of an unknown name", "example.com", "443", "1.1.1.1", true},
	} {
		if err := d.judge(row.host, row.port, netip.MustParseAddr(row.address)); (err == nil) != row.want {
			t.Errorf("%s: judge(%s, %s, %s) = %v", row.name, row.host, row.port, row.address, err)
		}
	}
}

func TestParseHostsRefusesWhatIsNoHost(t *testing.T) {
	for _, text := range []string{"", "https://x", "a/b", "user@host", "a b", "host:port", "*.corp/"} {
		if _, err := parseHosts([]string{text}); err == nil {
			t.Errorf("parseHosts(%q): no error", text)
		}
	}
}
