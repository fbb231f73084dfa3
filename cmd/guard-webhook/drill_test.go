package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"guard/admission/admissiontest"
)

// How much of everything happens. RELIABILITY 60 and the figures to reach.
const (
	rotations   = 100
	reloads     = 1000
	restarts    = 10
	perSecond   = 200
	replicas    = 3
	reloadEvery = 10 * time.Millisecond
)

const review = `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u-1","kind":{"group":"","version":"v1","kind":"Pod"},` +
	`"resource":{"group":"","version":"v1","resource":"pods"},"name":"web","namespace":"shop","operation":"CREATE","userInfo":{"username":"jane"},` +
	`"object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"},"spec":{"containers":[{"name":"web","image":"nginx:latest"}]}}}}`

// The certificate changes a hundred times, the configuration a thousand times
// and every replica ten times, under load: no review fails.
func TestDrill_NoReviewFails(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a minute")
	}
	dir := t.TempDir()
	binary := filepath.Join(dir, "guard-webhook")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	a := admissiontest.NewAuthority(t)
	a.Write(t, dir, time.Now().Add(time.Hour))
	config := filepath.Join(dir, "config")
	if err := os.Mkdir(config, 0o755); err != nil {
		t.Fatal(err)
	}
	configure(t, config, 0)
	set := &replicaSet{t: t, binary: binary, dir: dir, config: config}
	for i := range replicas {
		set.members[i] = set.start()
	}
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: a.Pool, ServerName: "127.0.0.1"}, ForceAttemptHTTP2: true, MaxConnsPerHost: 0}}
	url := "https://" + set.balance() + "/validate?timeout=5s"

	ctx, cancel := context.WithCancel(t.Context())
	var asked, failed atomic.Int64
	var load sync.WaitGroup
	load.Go(func() { // a constant arrival, whatever is answered
		tick := time.NewTicker(time.Second / perSecond)
		defer tick.Stop()
		for i := 0; ctx.Err() == nil; i++ {
			<-tick.C
			if i%50 == 0 {
				client.CloseIdleConnections() // so that handshakes go on
			}
			load.Go(func() {
				asked.Add(1)
				if err := ask(client, url); err != nil && failed.Add(1) <= 5 {
					t.Error(err)
				}
			})
		}
	})
	var events sync.WaitGroup
	events.Go(func() {
		for range rotations {
			a.Write(t, dir, time.Now().Add(time.Hour))
			time.Sleep(200 * time.Millisecond)
		}
	})
	events.Go(func() {
		for i := 1; set.reloaded.Load() < reloads && ctx.Err() == nil; i++ {
			configure(t, config, i)
			time.Sleep(20 * time.Millisecond)
		}
		configure(t, config, 0) // so that what starts afterwards can
	})
	events.Go(func() {
		for range restarts {
			for i := range set.members {
				set.restart(i)
			}
		}
	})
	events.Wait()
	cancel()
	load.Wait()
	if failed.Load() > 0 || asked.Load() < 1000 {
		t.Errorf("%d of %d reviews failed", failed.Load(), asked.Load())
	}
	t.Logf("%d reviews, %d failed; %d rotations, %d reloads, %d restarts", asked.Load(), failed.Load(), rotations, set.reloaded.Load(), restarts*replicas)
}

// ask sends a review that must be denied for its image.
func ask(client *http.Client, url string) error {
	response, err := client.Post(url, "application/json", strings.NewReader(review))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK || !strings.Contains(string(text), "image/tag-latest") || strings.Contains(string(text), `"allowed":true`) {
		return fmt.Errorf("%v: %d %.300s", err, response.StatusCode, text)
	}
	return nil
}

// configure writes another configuration; every tenth one cannot be used.
func configure(t *testing.T, dir string, i int) {
	t.Helper()
	text := fmt.Sprintf("version: 1\nadmission: {exempt: {users: [nobody-%d]}}\n", i)
	if i%10 == 9 {
		text = "version: 2\n"
	}
	admissiontest.Replace(t, filepath.Join(dir, "guard.yaml"), []byte(text))
}

// replicaSet runs replicas, and keeps track of which are ready as a Service
// does.
type replicaSet struct {
	t                   *testing.T
	binary, dir, config string
	reloaded            atomic.Int64 // changes of the configuration that replicas have told of
	mu                  sync.Mutex
	members             [replicas]*replica
}

type replica struct {
	cmd             *exec.Cmd
	reviews, health string
	ended           chan error
}

// start starts a replica, again where it ends at once, as the kubelet does: its
// configuration is one that cannot be used, or its certificate is not yet that
// of its key.
func (s *replicaSet) start() *replica {
	s.t.Helper()
	for range 20 {
		if r := s.try(); r != nil {
			return r
		}
	}
	s.t.Fatal("a replica does not become ready")
	return nil
}

// try starts a replica, and returns nil where it ends instead of getting ready.
func (s *replicaSet) try() *replica {
	s.t.Helper()
	r := &replica{reviews: free(s.t), health: free(s.t)}
	r.cmd = exec.Command(s.binary, "--listen", r.reviews, "--health", r.health, "--cert", filepath.Join(s.dir, "tls.crt"), "--key", filepath.Join(s.dir, "tls.key"),
		"--config-dir", s.config, "--config", "guard.yaml", "--reload", reloadEvery.String(), "--linger", "300ms")
	r.cmd.Stderr = (*changes)(&s.reloaded)
	if err := r.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	r.ended = make(chan error, 1)
	go func() { r.ended <- r.cmd.Wait() }()
	s.t.Cleanup(func() { _ = r.cmd.Process.Kill() })
	for range 400 {
		select {
		case <-r.ended:
			return nil
		case <-time.After(50 * time.Millisecond):
		}
		if response, err := http.Get("http://" + r.health + "/readyz"); err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return r
			}
		}
	}
	return nil
}

// changes counts what a log tells of changed configurations.
type changes atomic.Int64

func (c *changes) Write(text []byte) (int, error) {
	(*atomic.Int64)(c).Add(int64(strings.Count(string(text), "the configuration has changed")))
	return len(text), nil
}

// restart brings a new replica up, takes the old one out and ends it, as a
// rolling update does.
func (s *replicaSet) restart(i int) {
	next := s.start()
	s.mu.Lock()
	old := s.members[i]
	s.members[i] = next
	s.mu.Unlock()
	if err := old.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Error(err)
	}
	if err := <-old.ended; err != nil {
		s.t.Errorf("a replica did not end well: %v", err)
	}
}

// balance hands connections to the replicas, and returns its address.
func (s *replicaSet) balance() string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			from, err := listener.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			address := s.members[rand.IntN(replicas)].reviews
			s.mu.Unlock()
			go join(from, address)
		}
	}()
	return listener.Addr().String()
}

func join(from net.Conn, address string) {
	defer from.Close()
	to, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	defer to.Close()
	go func() { _, _ = io.Copy(to, from); _ = to.(*net.TCPConn).CloseWrite() }()
	_, _ = io.Copy(from, to)
}

func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
