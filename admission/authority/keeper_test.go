package authority

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"maps"
	"strconv"
	"sync"
	"testing"
	"time"
)

// memory is a Store as the API server is one: a version counts once.
type memory struct {
	mu      sync.Mutex
	data    map[string][]byte
	version int
	fail    error
}

func (m *memory) Load(context.Context) (map[string][]byte, string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.version == 0 {
		return nil, "", m.fail
	}
	return maps.Clone(m.data), strconv.Itoa(m.version), m.fail
}

func (m *memory) Save(_ context.Context, data map[string][]byte, version string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return m.fail
	}
	if current := strconv.Itoa(m.version); version != current && (version != "" || m.version > 0) {
		return ErrConflict
	}
	m.data, m.version = maps.Clone(data), m.version+1
	return nil
}

// trusts tells whether an API server that trusts a bundle accepts what is
// served, at a time.
func trusts(ca []byte, served Bundle, at time.Time) error {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	pair, err := tls.X509KeyPair(served.Cert, served.Key)
	if err != nil {
		return err
	}
	_, err = pair.Leaf.Verify(x509.VerifyOptions{Roots: pool, DNSName: "guard.guard.svc", CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}})
	return err
}

// RELIABILITY 60: over ten years, whoever trusts what was announced a day ago
// accepts what is served, and everything served is valid for days.
func TestKeeper_NobodyIsLockedOut(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	k := Keeper{Store: &memory{}, Names: []string{"guard.guard.svc", "guard.guard.svc.cluster.local"}, Now: func() time.Time { return now }}
	var yesterday Bundle
	authorities, leaves := map[string]bool{}, map[string]bool{}
	for range 10 * 365 * 2 {
		b, err := k.Ensure(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := trusts(b.CA, b, now); err != nil {
			t.Fatalf("%s: the bundle of the time: %v", now, err)
		}
		if yesterday.CA != nil {
			if err := trusts(yesterday.CA, b, now); err != nil {
				t.Fatalf("%s: the bundle of the time before: %v", now, err)
			}
			if err := trusts(b.CA, yesterday, now); err != nil {
				t.Fatalf("%s: a replica that serves what it had before: %v", now, err)
			}
		}
		if left := b.NotAfter.Sub(now); left < 9*24*time.Hour {
			t.Fatalf("%s: what is served ends in %s", now, left)
		}
		authorities[string(b.CA)], leaves[string(b.Cert)] = true, true
		yesterday = b
		now = now.Add(12 * time.Hour)
	}
	if len(authorities) < 10 || len(leaves) < 100 {
		t.Errorf("%d bundles and %d certificates: they are not renewed", len(authorities), len(leaves))
	}
}

func TestKeeper_ReplicasAgree(t *testing.T) {
	store := &memory{}
	var group sync.WaitGroup
	bundles := make([]Bundle, 8)
	for i := range bundles {
		group.Go(func() {
			k := Keeper{Store: store, Names: []string{"guard.guard.svc"}}
			b, err := k.Ensure(t.Context())
			for errors.Is(err, ErrConflict) {
				b, err = k.Ensure(t.Context())
			}
			if err != nil {
				t.Error(err)
			}
			bundles[i] = b
		})
	}
	group.Wait()
	for _, b := range bundles {
		if string(b.Cert) != string(bundles[0].Cert) {
			t.Fatal("replicas serve different certificates")
		}
	}
}

func TestKeeper_MakesAnewWhatCannotBeRead(t *testing.T) {
	store := &memory{}
	k := Keeper{Store: store, Names: []string{"guard.guard.svc"}}
	whole, err := k.Ensure(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for key := range maps.Clone(store.data) {
		for _, value := range []string{"", "x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"} {
			store.data[key] = []byte(value)
			b, err := k.Ensure(t.Context())
			if err != nil || trusts(b.CA, b, time.Now()) != nil {
				t.Errorf("%s is %q: %v, %v", key, value, err, trusts(b.CA, b, time.Now()))
			}
		}
	}
	k.Names = []string{"guard.guard.svc", "other"}
	if b, err := k.Ensure(t.Context()); err != nil || string(b.Cert) == string(whole.Cert) {
		t.Errorf("another name is not served: %v", err)
	}
	for _, fail := range []error{errors.New("injected"), ErrConflict} {
		store.fail = fail
		store.data = nil
		if _, err := k.Ensure(t.Context()); err == nil {
			t.Errorf("%v is no error", fail)
		}
	}
}
