package transport_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"

	"guard/internal/registry/registrytest"
	"guard/internal/registry/transport"
)

// tunnel is a proxy that leads every CONNECT to one address.
type tunnel struct {
	mu    sync.Mutex
	to    string
	asked []string
}

func (p *tunnel) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.asked = append(p.asked, r.Method+" "+r.Host)
	p.mu.Unlock()
	out, err := net.Dial("tcp", p.to)
	if err != nil || r.Method != http.MethodConnect {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	in, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	io.WriteString(in, "HTTP/1.1 200 OK\r\n\r\n")
	go io.Copy(out, in)
	io.Copy(in, out)
	in.Close()
	out.Close()
}

// A proxy may have a private address; what lies behind it may not, as far as
// that is known here.
func TestProxy(t *testing.T) {
	network := registrytest.NewNetwork(t)
	network.Name("public.test", "1.1.1.1")
	network.Name("private.test", "10.0.0.1")
	network.Name("metadata.test", "1.1.1.1", "169.254.169.254")
	proxy := &tunnel{to: "127.0.0.1:" + network.Server(status(200))}
	port := network.Plain(proxy)
	o := options(network)
	o.Proxies = transport.ProxiesFromEnvironment(func(name string) (string, bool) {
		return map[string]string{"HTTPS_PROXY": "http://127.0.0.1:" + port, "no_proxy": "direct.test"}[name], name == "HTTPS_PROXY"
	})
	c := newClient(t, o)
	for _, host := range []string{"public.test", "unknown.test"} {
		if _, err := get(c, host); err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
	if len(proxy.asked) != 2 {
		t.Fatalf("the proxy was asked for %q, want two hosts", proxy.asked)
	}
	for _, host := range []string{"private.test", "metadata.test", "10.0.0.1", "[fd00::1]", "127.0.0.1:" + port} {
		if _, err := get(c, host); !errors.Is(err, transport.ErrRefused) {
			t.Errorf("%s: %v, want it refused", host, err)
		}
	}
	if len(proxy.asked) != 2 {
		t.Errorf("the proxy was asked for %q", proxy.asked[2:])
	}
}
