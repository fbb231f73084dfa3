package clustertest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Options says what runs besides etcd, the API server and the controller
// manager.
type Options struct {
	Scheduler bool     // binds Pods to nodes; without it, a Pod stays where spec.nodeName puts it
	Node      bool     // a node, NodeName, whose Pods get to run and end
	APIServer []string // further flags of the API server
}

// NodeName is the name of the one node that there may be.
const NodeName = "node-0"

// Cluster is a running control plane.
type Cluster struct {
	URL      string // of the API server, https
	AuditLog string // file of what the API server was asked and by whom, with its admission: a JSON audit.k8s.io/v1 Event a line

	dir       string // of everything that it writes
	bin       string
	authority *authority
	admin     *http.Client
	config    string // kubeconfig of admin
	processes []*process
}

// startLimit bounds each part's start, on a slow and busy machine.
const startLimit = 2 * time.Minute

// Start builds a control plane where that is needed, and runs it for the time
// of the test. Where the test fails, what the programs have logged stays, and
// the test says where.
func Start(t testing.TB, o Options) *Cluster {
	t.Helper()
	c, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(t.Failed()); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("the logs of the control plane stay in %s", c.dir)
		}
	})
	return c
}

// Open is Start for who is no test, and closes what it has opened. Where it
// fails, the error tells the last lines of what the programs have logged.
func Open(o Options) (*Cluster, error) {
	bin, err := Build(os.Stderr)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "guard-cluster-")
	if err != nil {
		return nil, err
	}
	c := &Cluster{dir: dir, bin: bin, AuditLog: filepath.Join(dir, "audit.log")}
	if err := c.start(o); err != nil {
		return nil, errors.Join(err, c.Close(true))
	}
	return c, nil
}

// Close stops the programs in the order of their dependence, the last first,
// and removes what they have written, but for their logs where those are kept.
func (c *Cluster) Close(keepLogs bool) error {
	var errs []error
	for len(c.processes) > 0 {
		last := len(c.processes) - 1
		errs = append(errs, c.processes[last].stop())
		c.processes = c.processes[:last]
	}
	discard := c.dir
	if keepLogs {
		discard = filepath.Join(c.dir, "etcd")
	}
	return errors.Join(append(errs, os.RemoveAll(discard))...)
}

func (c *Cluster) start(o Options) error {
	ports, err := freePorts(4)
	if err != nil {
		return err
	}
	if err := c.identify("https://127.0.0.1:" + ports[0]); err != nil {
		return err
	}
	if err := c.startStorage(ports[1], ports[2]); err != nil {
		return err
	}
	if err := c.startServer(ports[0], ports[1], o.APIServer); err != nil {
		return err
	}
	if err := c.startControllers(); err != nil {
		return err
	}
	if o.Scheduler {
		if err := c.startScheduler(); err != nil {
			return err
		}
	}
	if o.Node {
		return c.startNode(ports[3])
	}
	return nil
}

// administrators may do everything.
const administrators = "system:masters"

// identify makes the cluster's authority and whom this test is itself.
func (c *Cluster) identify(url string) (err error) {
	c.URL = url
	if c.authority, err = newAuthority(); err != nil {
		return err
	}
	identity, err := c.TLS("admin", administrators)
	if err != nil {
		return err
	}
	if c.config, err = c.Kubeconfig("admin", administrators); err != nil {
		return err
	}
	c.admin = &http.Client{Transport: &http.Transport{TLSClientConfig: identity}, Timeout: 10 * time.Second}
	return nil
}

// TLS is how a client of this user, in these groups, reaches the API server.
func (c *Cluster) TLS(user string, groups ...string) (*tls.Config, error) {
	pair, err := c.authority.client(user, groups...)
	if err != nil {
		return nil, err
	}
	certificate, err := tls.X509KeyPair(pair.certificate, pair.key)
	if err != nil {
		return nil, err
	}
	return &tls.Config{RootCAs: c.authority.pool(), Certificates: []tls.Certificate{certificate}}, nil
}

func (a *authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.certificate)
	return pool
}

// run starts a program and keeps it, to be stopped.
func (c *Cluster) run(name string, args ...string) error {
	p, err := start(c.bin, c.dir, name, args...)
	if err == nil {
		c.processes = append(c.processes, p)
	}
	return err
}

// write puts a file into the cluster's directory and returns its path.
func (c *Cluster) write(name string, text []byte) (string, error) {
	path := filepath.Join(c.dir, name)
	return path, os.WriteFile(path, text, 0o600)
}

// wait asks every little while until ready says yes, a program of the control
// plane ends, or the time is over.
func (c *Cluster) wait(what string, limit time.Duration, ready func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	for {
		err := ready(ctx)
		if err == nil {
			return nil
		}
		for _, p := range c.processes {
			if dead := p.dead(); dead != nil {
				return fmt.Errorf("wait for %s: %w", what, dead)
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waited %s for %s: %w%s", limit, what, err, c.lastLines())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// lastLines is what every program has logged last.
func (c *Cluster) lastLines() string {
	var text strings.Builder
	for _, p := range c.processes {
		fmt.Fprintf(&text, "\nthe end of %s:\n%s", p.log, p.tail(shortTailSize))
	}
	return text.String()
}

// get asks for a page and takes every answer but 200 for an error.
func get(ctx context.Context, client *http.Client, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, response.Status)
	}
	return nil
}

// freePorts finds so many different ports that nobody listens on now.
func freePorts(n int) (ports []string, err error) {
	for range n {
		listener, listenErr := net.Listen("tcp", "127.0.0.1:0")
		if listenErr != nil {
			return nil, listenErr
		}
		defer func() { err = errors.Join(err, listener.Close()) }()
		_, port, _ := net.SplitHostPort(listener.Addr().String())
		ports = append(ports, port)
	}
	return ports, nil
}
