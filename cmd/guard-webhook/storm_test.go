package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guard/admission/admissiontest"
	"guard/internal/registry/signature/signaturetest"
)

var storm = flag.Duration("storm", 2*time.Second, "how long the registry fails in each way; from a minute on, times are compared, too")

// The load of a storm, per second. Who needs a registry waits as long as a
// review may, and there are more of them than are asked about at once. A plain
// image is denied by what it is called.
const (
	plainPerSecond = 175
	imagePerSecond = 25
	plain          = "nginx:latest"
	reviewLimit    = 5 * time.Second // of the API server
)

// RELIABILITY 8, 32 and 62 as a whole process sees them: while a registry fails
// in one way or another, nothing is let in that was not proved, every review is
// answered before its deadline, and those that need no registry do not wait.
func TestStorm_ARegistryThatFailsUnderLoad(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes half a minute")
	}
	s := newStorm(t)
	calm := s.pass(t, "", false)
	for _, fault := range faults {
		got := s.pass(t, fault, true)
		t.Logf("%-10s p50 %s, p99 %s of %d that need no registry; where nobody needs one p50 %s, p99 %s", fault, got.at(.5), got.at(.99), len(got), calm.at(.5), calm.at(.99))
		if *storm >= time.Minute && (got.at(.5) > 2*calm.at(.5) || got.at(.99) > 2*calm.at(.99)) {
			t.Errorf("%s: reviews that need no registry take more than twice as long", fault)
		}
	}
	// What fails leaves nothing behind.
	s.front.fail("")
	if err := s.ask(s.signed(t), true); err != nil {
		t.Errorf("the registry is back: %v", err)
	}
}

// faults are the ways in which the registry fails.
var faults = []string{"none", "refused", "reset", "500", "429", "garbage", "slow", "black hole"}

type stormy struct {
	front      *front
	repository *signaturetest.Repository
	key        signaturetest.Signer
	name       string // of the repository behind the front
	client     *http.Client
	url        string
}

func newStorm(t *testing.T) *stormy {
	t.Helper()
	dir := t.TempDir()
	binary := filepath.Join(dir, "guard-webhook")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	a := admissiontest.NewAuthority(t)
	a.Write(t, dir, time.Now().Add(time.Hour))
	s := &stormy{repository: signaturetest.NewFallbackRepository(t), key: signaturetest.NewSigner(t)}
	host, path, _ := strings.Cut(s.repository.Name(), "/")
	s.front = newFront(t, host)
	s.name = s.front.address + "/" + path
	config := t.TempDir()
	for name, text := range map[string]string{
		"release.pub": s.key.PublicPEM(t),
		"guard.yaml": fmt.Sprintf("version: 1\ntrust:\n  - images: [%q]\n    authorities: [{name: release, keys: [{file: release.pub}], no-transparency-log: true}]\n",
			s.name),
	} {
		if err := os.WriteFile(filepath.Join(config, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	reviews, health := free(t), free(t)
	cmd := exec.Command(binary, "--listen", reviews, "--health", health, "--cert", filepath.Join(dir, "tls.crt"), "--key", filepath.Join(dir, "tls.key"), "--config-dir", config, "--config", "guard.yaml")
	cmd.Env = append(os.Environ(), "GUARD_REGISTRY_ALLOW="+s.front.address, "GUARD_REGISTRY_INSECURE="+s.front.address)
	stderr, err := os.Create(filepath.Join(dir, "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	defer stderr.Close()
	cmd.Stderr = stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	s.client = &http.Client{Timeout: 2 * reviewLimit, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: a.Pool, ServerName: "127.0.0.1"}, ForceAttemptHTTP2: true}}
	s.url = "https://" + reviews + "/validate?timeout=" + reviewLimit.String()
	for range 200 {
		if err = s.ask(plain, false); err == nil {
			return s
		}
		time.Sleep(50 * time.Millisecond)
	}
	said, _ := os.ReadFile(stderr.Name())
	t.Fatalf("the webhook does not answer: %v\n%.1000s", err, said)
	return nil
}

// signed is an image that the policy lets in.
func (s *stormy) signed(t *testing.T) string {
	t.Helper()
	image := s.repository.Push()
	s.repository.Attach(image.Digest, signaturetest.Signing{Signer: s.key}.Cosign(t, signaturetest.Payload(t, s.name, image.Digest)))
	return s.name + "@" + image.Digest
}

// unsigned is an image that nobody has seen before.
func (s *stormy) unsigned() string {
	digest := make([]byte, 32)
	_, _ = rand.Read(digest)
	return s.name + "@sha256:" + hex.EncodeToString(digest)
}

// ask sends the review of a Pod with an image, and tells where the answer is
// another one than it should be, or late.
func (s *stormy) ask(image string, allowed bool) error {
	body := podWith(image)
	began := time.Now()
	response, err := s.client.Post(s.url, "application/json", strings.NewReader(body))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	took := time.Since(began)
	switch {
	case err != nil || response.StatusCode != http.StatusOK:
		return fmt.Errorf("%v: %d %.300s", err, response.StatusCode, text)
	case strings.Contains(string(text), `"allowed":true`) != allowed:
		return fmt.Errorf("%s: another answer than it should be: %.300s", image, text)
	case image != plain && strings.Contains(string(text), "spec.containers[0].securityContext"):
		return fmt.Errorf("no registry was asked: %.300s", text)
	case took > reviewLimit:
		return fmt.Errorf("%s: the API server has not waited for an answer after %s: %.300s", image, took, text)
	}
	return nil
}

// podWith is the review of a Pod that breaks no rule by anything but its image.
func podWith(image string) string {
	return strings.NewReplacer(plain, image, `"spec":{`, `"spec":{"automountServiceAccountToken":false,"securityContext":{"runAsNonRoot":true,"seccompProfile":{"type":"RuntimeDefault"}},`,
		`"containers":[{`, `"containers":[{"securityContext":{"allowPrivilegeEscalation":false,"readOnlyRootFilesystem":true,"capabilities":{"drop":["ALL"]}},"resources":{"requests":{"cpu":"1m","memory":"1Mi"},"limits":{"memory":"1Mi"}},`).Replace(review)
}

// pass lets the registry fail in one way under load, and returns the times of
// the reviews that need none. With images, others need one.
func (s *stormy) pass(t *testing.T, fault string, images bool) times {
	t.Helper()
	var load sync.WaitGroup
	var failed atomic.Int64
	tell := func(err error) {
		if err != nil && failed.Add(1) <= 3 {
			t.Errorf("%s: %v", fault, err)
		}
	}
	var fresh []string
	for range 5 {
		fresh = append(fresh, s.signed(t))
	}
	s.front.fail(fault)
	if fault != "slow" && fault != "" { // a slow registry may be fast enough
		for _, image := range fresh {
			load.Go(func() { tell(s.ask(image, fault == "none")) })
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), *storm)
	defer cancel()
	if images {
		load.Go(func() {
			every(ctx, imagePerSecond, func() { load.Go(func() { tell(s.ask(s.unsigned(), false)) }) })
		})
	}
	var mu sync.Mutex
	var all times
	every(ctx, plainPerSecond, func() {
		due := time.Now()
		load.Go(func() {
			tell(s.ask(plain, false))
			mu.Lock()
			defer mu.Unlock()
			all = append(all, time.Since(due))
		})
	})
	load.Wait()
	if failed.Load() > 0 {
		t.Errorf("%s: %d reviews were not answered as they should be", fault, failed.Load())
	}
	slices.Sort(all)
	return all
}

// every calls at a constant rate.
func every(ctx context.Context, perSecond int, call func()) {
	tick := time.NewTicker(time.Second / time.Duration(perSecond))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			call()
		}
	}
}

// times are how long reviews took, in order.
type times []time.Duration

func (t times) at(share float64) time.Duration {
	return t[min(len(t)-1, int(share*float64(len(t))))].Round(10 * time.Microsecond)
}

// front stands before a registry and fails as it is told.
type front struct {
	t       *testing.T
	address string
	proxy   http.Handler
	fault   atomic.Value // a string
	server  *http.Server
	end     chan struct{}
}

func newFront(t *testing.T, host string) *front {
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: host})
	proxy.ErrorLog = log.New(io.Discard, "", 0) // who asks gives up often
	f := &front{t: t, address: free(t), proxy: proxy, end: make(chan struct{})}
	f.fault.Store("")
	f.listen()
	t.Cleanup(func() { close(f.end); _ = f.server.Close() })
	return f
}

func (f *front) listen() {
	listener, err := net.Listen("tcp", f.address)
	if err != nil {
		f.t.Fatal(err)
	}
	f.server = &http.Server{Handler: f}
	go func() { _ = f.server.Serve(listener) }()
}

// fail changes how the registry fails; "" and "none" are not at all.
func (f *front) fail(how string) {
	before := f.fault.Swap(how)
	if how == "refused" {
		_ = f.server.Close()
	} else if before == "refused" {
		f.listen()
	}
}

func (f *front) ServeHTTP(w http.ResponseWriter, call *http.Request) {
	switch f.fault.Load() {
	case "500":
		w.WriteHeader(http.StatusInternalServerError)
	case "429":
		w.Header().Set("Retry-After", "60")
		w.WriteHeader(http.StatusTooManyRequests)
	case "garbage":
		fmt.Fprint(w, "<html>")
	case "reset":
		panic(http.ErrAbortHandler)
	case "slow":
		f.wait(call, 2*time.Second)
		f.proxy.ServeHTTP(w, call)
	case "black hole":
		f.wait(call, time.Hour)
	default:
		f.proxy.ServeHTTP(w, call)
	}
}

func (f *front) wait(call *http.Request, long time.Duration) {
	select {
	case <-f.end:
	case <-call.Context().Done():
	case <-time.After(long):
	}
}
