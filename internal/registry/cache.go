package registry

import (
	"cmp"
	"container/list"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"guard/internal/registry/transport"
)

// Key says for what, and for whom, something was found out.
type Key struct {
	Registry, Repository string
	Reference            string // a digest, or a tag
	Run                  int64  // for tags: the run that resolved it
	Policy               string // the hash of the policy that judged it
	Scope                string // whose credentials saw it
	Platform             string
}

// CacheOptions bound a Cache.
type CacheOptions struct {
	Entries  int           // 4,096 where 0
	Bytes    int64         // 16 MiB where 0
	Negative time.Duration // how long failures are kept, at most 30 s; not at all where 0
}

const maxNegative = 30 * time.Second

// Cache keeps what was found out, the least used let go first. Who asks for
// what is being found out waits for it.
type Cache[V any] struct {
	options CacheOptions
	now     func() time.Time

	mu      sync.Mutex
	entries map[Key]*list.Element
	order   *list.List // of *entry[V], the last used first
	bytes   int64
	flights map[Key]*flight[V]
}

type entry[V any] struct {
	key   Key
	value V
	err   error
	until time.Time // of an error
	cost  int64
}

// flight is a look-up under way.
type flight[V any] struct {
	done    chan struct{}
	waiting int
	cancel  context.CancelFunc
	value   V
	err     error
}

// NewCache makes an empty cache.
func NewCache[V any](o CacheOptions) *Cache[V] {
	o.Entries, o.Bytes, o.Negative = cmp.Or(o.Entries, 4096), cmp.Or(o.Bytes, 16<<20), min(o.Negative, maxNegative)
	return &Cache[V]{options: o, now: time.Now, entries: map[Key]*list.Element{}, order: list.New(), flights: map[Key]*flight[V]{}}
}

// Fetch finds something out, and how many bytes keeping it costs.
type Fetch[V any] func(context.Context) (value V, cost int64, err error)

// Get gives what is known, or fetches it once for all who ask meanwhile. A
// fetch goes on as long as somebody waits for it, at most for the time given.
func (c *Cache[V]) Get(ctx context.Context, key Key, limit time.Duration, fetch Fetch[V]) (V, error) {
	value, err, known := c.known(key)
	if known {
		return value, err
	}
	f := c.join(ctx, key, limit, fetch)
	select {
	case <-f.done:
		return f.value, f.err
	case <-ctx.Done():
		c.leave(key, f)
		return value, &transport.Error{Kind: ErrUnavailable, Host: key.Registry + "/" + key.Repository, Err: context.Cause(ctx)}
	}
}

// Known gives what is known already; of failures it knows nothing.
func (c *Cache[V]) Known(key Key) (value V, known bool) {
	value, err, known := c.known(key)
	return value, known && err == nil
}

func (c *Cache[V]) known(key Key) (value V, err error, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	element := c.entries[key]
	if element == nil {
		return value, nil, false
	}
	e := element.Value.(*entry[V])
	if e.err != nil && c.now().After(e.until) {
		c.remove(element)
		return value, nil, false
	}
	c.order.MoveToFront(element)
	return e.value, e.err, true
}

// join finds the flight for a key, or starts it.
func (c *Cache[V]) join(ctx context.Context, key Key, limit time.Duration, fetch Fetch[V]) *flight[V] {
	c.mu.Lock()
	defer c.mu.Unlock()
	f := c.flights[key]
	if f == nil {
		f = &flight[V]{done: make(chan struct{})}
		ctx, f.cancel = context.WithTimeout(context.WithoutCancel(ctx), limit)
		c.flights[key] = f
		go c.fly(ctx, key, f, fetch)
	}
	f.waiting++
	return f
}

// leave ends a flight that nobody waits for any more.
func (c *Cache[V]) leave(key Key, f *flight[V]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f.waiting--; f.waiting == 0 {
		f.cancel()
		c.land(key, f)
	}
}

func (c *Cache[V]) fly(ctx context.Context, key Key, f *flight[V], fetch Fetch[V]) {
	var cost int64
	defer f.cancel()
	defer func() {
		if p := recover(); p != nil {
			f.err = fmt.Errorf("internal error: %v", p)
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.land(key, f)
		if !errors.Is(ctx.Err(), context.Canceled) { // all who waited left, which says nothing of the answer
			c.keep(&entry[V]{key: key, value: f.value, err: f.err, cost: cost})
		}
		close(f.done)
	}()
	f.value, cost, f.err = fetch(ctx)
}

func (c *Cache[V]) land(key Key, f *flight[V]) {
	if c.flights[key] == f {
		delete(c.flights, key)
	}
}

// keep adds an entry, and lets others go for it.
func (c *Cache[V]) keep(e *entry[V]) {
	if e.err != nil && c.options.Negative <= 0 || e.cost > c.options.Bytes {
		return
	}
	e.until = c.now().Add(c.options.Negative)
	if old := c.entries[e.key]; old != nil {
		c.remove(old)
	}
	c.entries[e.key] = c.order.PushFront(e)
	c.bytes += e.cost
	for c.bytes > c.options.Bytes || c.order.Len() > c.options.Entries {
		c.remove(c.order.Back())
	}
}

func (c *Cache[V]) remove(element *list.Element) {
	e := c.order.Remove(element).(*entry[V])
	delete(c.entries, e.key)
	c.bytes -= e.cost
}
