// Package registrytest is a small network for tests: names that lead where
// the test says, servers with certificates for every name, and listeners that
// count who comes.
package registrytest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Network has names and a certificate authority of its own.
type Network struct {
	HTTP1 bool // servers speak no HTTP/2

	t     testing.TB
	key   *ecdsa.PrivateKey
	ca    *x509.Certificate
	dns   net.PacketConn
	mu    sync.Mutex
	names map[string][][]string // by name, the answers in turn; the last one stays
	leafs map[string]*tls.Certificate
}

// NewNetwork starts a network for the time of the test.
func NewNetwork(t testing.TB) *Network {
	t.Helper()
	n := &Network{t: t, names: map[string][][]string{}, leafs: map[string]*tls.Certificate{}}
	n.key = must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "registrytest"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	n.ca = must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, template, template, n.key.Public(), n.key))))
	n.dns = must(net.ListenPacket("udp", "127.0.0.1:0"))
	t.Cleanup(func() { n.dns.Close() })
	go n.answerNames()
	return n
}

// Roots trusts the network's authority.
func (n *Network) Roots() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(n.ca)
	return pool
}

// Server serves HTTPS on loopback under every name, and answers its port.
func (n *Network) Server(handler http.Handler) (port string) {
	protocols := []string{"h2", "http/1.1"}
	if n.HTTP1 {
		protocols = protocols[1:]
	}
	server := &http.Server{TLSConfig: &tls.Config{GetCertificate: n.certificate, NextProtos: protocols}}
	return n.serve(server, handler, func(listener net.Listener) error { return server.ServeTLS(listener, "", "") })
}

// Plain serves HTTP on loopback, and answers its port.
func (n *Network) Plain(handler http.Handler) (port string) {
	server := &http.Server{}
	return n.serve(server, handler, server.Serve)
}

func (n *Network) serve(server *http.Server, handler http.Handler, start func(net.Listener) error) string {
	listener := must(net.Listen("tcp", "127.0.0.1:0"))
	server.Handler, server.ErrorLog = handler, log.New(io.Discard, "", 0)
	go start(listener)
	n.t.Cleanup(func() { server.Close() })
	return strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
}

// certificate issues one for the name that is asked for.
func (n *Network) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	name := hello.ServerName
	if leaf := n.leafs[name]; leaf != nil {
		return leaf, nil
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(int64(len(n.leafs) + 2)), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	if name != "" {
		template.DNSNames = []string{name}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, n.ca, n.key.Public(), n.key)
	if err != nil {
		return nil, err
	}
	n.leafs[name] = &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: n.key}
	return n.leafs[name], nil
}

// Capture listens on every address of the machine and counts who comes.
type Capture struct {
	Port  string
	count atomic.Int64
}

// NewCapture starts listening for the time of the test.
func NewCapture(t testing.TB) *Capture {
	t.Helper()
	listener, err := net.Listen("tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	c := &Capture{Port: strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			c.count.Add(1)
			conn.Close()
		}
	}()
	return c
}

// Connections is how often somebody came.
func (c *Capture) Connections() int { return int(c.count.Load()) }

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// WriteRoots writes the network's authority where other programs read it.
func (n *Network) WriteRoots(file string) {
	n.t.Helper()
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: n.ca.Raw})
	if err := os.WriteFile(file, text, 0o600); err != nil {
		n.t.Fatal(err)
	}
}
