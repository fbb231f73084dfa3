package registry_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guard/internal/registry"
	"guard/internal/registry/credential"
)

// counted counts requests by path.
type counted struct {
	mu    sync.Mutex
	seen  map[string]int
	inner http.Handler
	delay time.Duration
}

func (c *counted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	if c.seen == nil {
		c.seen = map[string]int{}
	}
	c.seen[r.URL.Path]++
	c.mu.Unlock()
	time.Sleep(c.delay)
	c.inner.ServeHTTP(w, r)
}

func (c *counted) count(part string) (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for path, times := range c.seen {
		if strings.Contains(path, part) {
			n += times
		}
	}
	return n
}

// RELIABILITY 33: a thousand who ask at once cause one fetch.
func TestThousandLookupsMakeOneFetch(t *testing.T) {
	c := encode(config("amd64", "1000"))
	m := manifest(c)
	server := &counted{inner: mux(image(m, c, ociManifest)), delay: 100 * time.Millisecond}
	r := start(t, server)
	for _, name := range []string{"acme/app@" + digest(m), "acme/app:1"} {
		ref := r.ref(name)
		var group sync.WaitGroup
		var failed atomic.Int64
		for range 1000 {
			group.Go(func() {
				if got, err := r.client.Resolve(ctx, ref); err != nil || got.Digest != digest(m) {
					failed.Add(1)
				}
			})
		}
		group.Wait()
		if failed.Load() > 0 {
			t.Errorf("%s: %d of 1000 failed", name, failed.Load())
		}
	}
	for part, want := range map[string]int{"manifests/" + digest(m): 1, "manifests/1": 1, "blobs/": 1} {
		if got := server.count(part); got != want {
			t.Errorf("%s was fetched %d times, want %d", part, got, want)
		}
	}
}

// Who waits no longer does not end it for the others.
func TestOneWhoLeavesDoesNotEndIt(t *testing.T) {
	c := encode(config("amd64", "1000"))
	r := start(t, &counted{inner: mux(image(manifest(c), c, ociManifest)), delay: 200 * time.Millisecond})
	short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	first := make(chan error)
	go func() { _, err := r.client.Resolve(short, r.ref("acme/app:1")); first <- err }()
	time.Sleep(20 * time.Millisecond)
	if _, err := r.client.Resolve(ctx, r.ref("acme/app:1")); err != nil {
		t.Errorf("who stayed: %v", err)
	}
	if err := <-first; !errors.Is(err, registry.ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("who left: %v", err)
	}
}

// That all who waited left is no failure of the image.
func TestLeavingIsNotKept(t *testing.T) {
	c := encode(config("amd64", "1000"))
	server := &counted{inner: mux(image(manifest(c), c, ociManifest)), delay: 100 * time.Millisecond}
	r := start(t, server, func(o *registry.Options) { o.Cache.Negative = time.Minute })
	short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	if _, err := r.client.Resolve(short, r.ref("acme/app:1")); !errors.Is(err, registry.ErrUnavailable) {
		t.Fatalf("who left: %v", err)
	}
	time.Sleep(50 * time.Millisecond) // the look-up learns that nobody waits
	if _, err := r.client.Resolve(ctx, r.ref("acme/app:1")); err != nil {
		t.Errorf("who comes after: %v", err)
	}
}

// RELIABILITY 33: what the credentials of one may see is not told to another.
func TestScopesDoNotShare(t *testing.T) {
	c := encode(config("amd64", "1000"))
	m := manifest(c)
	paths := mux(image(m, c, ociManifest))
	server := &counted{inner: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "a" || password != "secret" {
			w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		paths.ServeHTTP(w, r)
	})}
	r := start(t, server)
	tenant := func(user string) *registry.Client {
		return r.client.As(user, func(context.Context, string, string) (credential.Credential, error) {
			return credential.Credential{Username: user, Password: "secret"}, nil
		})
	}
	for _, name := range []string{"acme/app@" + digest(m), "acme/app:1"} {
		ref := r.ref(name)
		if _, err := tenant("a").Resolve(ctx, ref); err != nil {
			t.Fatal(err)
		}
		for who, client := range map[string]*registry.Client{"b": tenant("b"), "nobody": r.client} {
			if got, err := client.Resolve(ctx, ref); !errors.Is(err, registry.ErrUnauthorized) {
				t.Errorf("%s: %s sees %+v, %v", name, who, got, err)
			}
		}
		before := server.count("")
		if _, err := tenant("a").Resolve(ctx, ref); err != nil || server.count("") != before {
			t.Errorf("%s: a asks again (%d requests), %v", name, server.count("")-before, err)
		}
	}
}

// RELIABILITY 33: failures are not kept, unless asked for, and then for 30 s
// at most.
func TestFailuresAreNotKept(t *testing.T) {
	for _, negative := range []time.Duration{0, time.Hour} {
		server := &counted{inner: mux(nil)}
		r := start(t, server, func(o *registry.Options) { o.Cache.Negative = negative })
		for range 3 {
			if _, err := r.client.Resolve(ctx, r.ref("acme/app:1")); !errors.Is(err, registry.ErrNotFound) {
				t.Fatal(err)
			}
		}
		want := map[time.Duration]int{0: 3, time.Hour: 1}[negative]
		if got := server.count(""); got != want {
			t.Errorf("kept for %s: asked %d times, want %d", negative, got, want)
		}
	}
}

// RELIABILITY 33: the cache does not grow without end.
func TestCacheIsBounded(t *testing.T) {
	for _, options := range []registry.CacheOptions{{Entries: 10}, {Bytes: 1000}} {
		cache := registry.NewCache[int](options)
		var fetched int
		get := func(i int) {
			_, err := cache.Get(ctx, registry.Key{Reference: fmt.Sprint(i)}, time.Second, func(context.Context) (int, int64, error) {
				fetched++
				return i, 100, nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		for i := range 100 {
			get(i)
			get(0) // the most used stays
		}
		if fetched != 100 {
			t.Errorf("%+v: fetched %d times, want 100", options, fetched)
		}
		get(50)
		get(99)
		if fetched != 101 {
			t.Errorf("%+v: fetched %d times, want 101: 50 was let go and 99 was not", options, fetched)
		}
	}
}

// RELIABILITY 33: a panic in a fetch is an error of that fetch.
func TestPanicInAFetch(t *testing.T) {
	cache := registry.NewCache[int](registry.CacheOptions{})
	for range 2 {
		if _, err := cache.Get(ctx, registry.Key{}, time.Second, func(context.Context) (int, int64, error) { panic("x") }); err == nil {
			t.Error("no error")
		}
	}
}

// RELIABILITY 33: keys that differ in any part are different, wherever the
// separators of references stand.
func FuzzCacheKeys(f *testing.F) {
	f.Add("a/b", "c", "d", "e", "a", "b/c", "d", "e")
	f.Add("a", "b:c", "d|e", "", "a", "b", "c:d", "|e")
	f.Fuzz(func(t *testing.T, repository1, digest1, policy1, scope1, repository2, digest2, policy2, scope2 string) {
		one := registry.Key{Repository: repository1, Reference: digest1, Policy: policy1, Scope: scope1}
		two := registry.Key{Repository: repository2, Reference: digest2, Policy: policy2, Scope: scope2}
		cache := registry.NewCache[int](registry.CacheOptions{})
		fetch := func(n int) registry.Fetch[int] {
			return func(context.Context) (int, int64, error) { return n, 1, nil }
		}
		cache.Get(ctx, one, time.Second, fetch(1))
		got, err := cache.Get(ctx, two, time.Second, fetch(2))
		same := repository1 == repository2 && digest1 == digest2 && policy1 == policy2 && scope1 == scope2
		if err != nil || (got == 1) != same {
			t.Errorf("%+v and %+v: %d, %v", one, two, got, err)
		}
	})
}

func BenchmarkCachedLookup(b *testing.B) {
	c := encode(config("amd64", "1000"))
	r := start(b, mux(image(manifest(c), c, ociManifest)))
	ref := r.ref("acme/app@" + digest(manifest(c)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.client.Resolve(ctx, ref); err != nil {
			b.Fatal(err)
		}
	}
}
