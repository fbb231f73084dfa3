package transport

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"
)

const (
	dialTimeout = 5 * time.Second
	keepAlive   = 30 * time.Second
)

// dialer connects to addresses that the policy lets it connect to.
type dialer struct {
	allow    hosts
	proxies  hosts
	resolver *net.Resolver
}

// refusal is the policy's answer to an address.
type refusal struct {
	host    string
	address netip.Addr
	what    string
}

func (r *refusal) Error() string {
	if r.host == r.address.String() {
		return fmt.Sprintf("%s is %s; allow it by name if you mean it", r.address, r.what)
	}
	return fmt.Sprintf("%s has the address %s, which is %s; allow it by name if you mean it", r.host, r.address, r.what)
}

// DialContext connects like net.Dialer. Each address is judged after the name
// was looked up and before the first packet is sent to it.
func (d *dialer) DialContext(ctx context.Context, network, target string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(target)
	if err != nil {
		return nil, err
	}
	plain := net.Dialer{Timeout: dialTimeout, KeepAlive: keepAlive, Resolver: d.resolver}
	plain.Control = func(_, address string, _ syscall.RawConn) error { return d.check(host, port, address) }
	return plain.DialContext(ctx, network, target)
}

func (d *dialer) check(host, port, address string) error {
	where, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("judge the address %q: %w", address, err)
	}
	if d.proxies[joinHost(host, port)] {
		return nil
	}
	return d.judge(host, port, where.Addr())
}

// judge refuses an address that host has and may not have.
func (d *dialer) judge(host, port string, address netip.Addr) error {
	s, public := judge(address)
	if public || d.allow.has(host, port) && (!s.sealed || isAddress(host)) {
		return nil
	}
	return &refusal{hostname(host), address.Unmap(), s.what}
}

func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}
