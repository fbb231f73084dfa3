package admission

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"math"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guard/admission/authority"
)

// kubelet keeps the Secret of the certificates, and has it mounted, as files.
// What an API server trusts is what was announced.
type kubelet struct {
	t       *testing.T
	dir     string
	mu      sync.Mutex
	data    map[string][]byte
	trusted *x509.CertPool
	bundles map[string]bool
	leaves  map[string]bool
}

func (k *kubelet) Load(context.Context) (map[string][]byte, string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.data, "1", nil
}

func (k *kubelet) Save(_ context.Context, data map[string][]byte, _ string) error {
	k.mu.Lock()
	k.data = data
	k.leaves[string(data["tls.crt"])] = true
	k.mu.Unlock()
	for _, name := range []string{"tls.crt", "tls.key"} { // one after the other, so that they do not fit for a moment
		temporary := filepath.Join(k.dir, "new")
		if err := os.WriteFile(temporary, data[name], 0o600); err != nil {
			return err
		}
		if err := os.Rename(temporary, filepath.Join(k.dir, name)); err != nil {
			return err
		}
	}
	return nil
}

func (k *kubelet) announce(_ context.Context, ca []byte) error {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.trusted, k.bundles[string(ca)] = pool, true
	return nil
}

func (k *kubelet) pool() *x509.CertPool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.trusted
}

// clock is a time that goes as fast as it is told to.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// RELIABILITY 60: an authority of the webhook's own is renewed year after year
// while handshakes go on, and none fails.
func TestRotation_NoHandshakeFails(t *testing.T) {
	at := &clock{now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	k := &kubelet{t: t, dir: t.TempDir(), bundles: map[string]bool{}, leaves: map[string]bool{}}
	keeper := authority.Keeper{Store: k, Names: []string{"guard-webhook.guard.svc"}, Now: at.Now, Announce: k.announce}
	if _, err := keeper.Ensure(t.Context()); err != nil {
		t.Fatal(err)
	}
	files := &certificateFiles{certFile: filepath.Join(k.dir, "tls.crt"), keyFile: filepath.Join(k.dir, "tls.key"), now: at.Now}
	address := handshakes(t, &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: files.get})

	// Time goes by while hands are shaken, but not days of it.
	ctx, cancel := context.WithCancel(t.Context())
	var callers sync.WaitGroup
	var step atomic.Int64
	var begun [2]atomic.Int64 // in which step each caller has begun
	for i := range begun {
		callers.Go(func() {
			defer begun[i].Store(math.MaxInt64)
			for ctx.Err() == nil {
				begun[i].Store(step.Load())
				conn, err := tls.Dial("tcp", address, &tls.Config{RootCAs: k.pool(), ServerName: "guard-webhook.guard.svc", Time: at.Now})
				if err != nil {
					t.Errorf("%s: %v", at.Now().Format(time.DateOnly), err)
					return
				}
				conn.Close()
			}
		})
	}
	for range 600 * 3 { // days
		for i := range begun {
			for begun[i].Load() < step.Load()-1 {
				time.Sleep(100 * time.Microsecond)
			}
		}
		step.Add(1)
		at.pass(8 * time.Hour)
		if _, err := keeper.Ensure(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	cancel()
	callers.Wait()
	if len(k.leaves) < 25 || len(k.bundles) < 5 {
		t.Errorf("%d certificates and %d bundles in 600 days: they are not renewed", len(k.leaves), len(k.bundles))
	}
}

// handshakes is a server that does nothing but shake hands.
func handshakes(t *testing.T, config *tls.Config) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				_ = tls.Server(conn, config).Handshake() // the caller tells
			}()
		}
	}()
	return listener.Addr().String()
}
