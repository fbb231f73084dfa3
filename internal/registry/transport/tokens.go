package transport

import (
	"context"
	"sync"
	"time"
)

// lifetime is how long something may be shown.
type lifetime time.Duration

const (
	untilTheEnd     = lifetime(1<<63 - 1)
	defaultLifetime = lifetime(time.Minute) // of the token specification
	maxLifetime     = time.Hour
	maxTokens       = 1024
)

// lifetimeOf leaves a margin for the way that a request takes.
func lifetimeOf(seconds float64) lifetime {
	if !(seconds > 0) {
		return defaultLifetime
	}
	return lifetime(min(seconds, maxLifetime.Seconds())*0.9) * lifetime(time.Second)
}

// tokens keeps what has been shown to whom, so that it is asked for once.
type tokens struct {
	mu   sync.Mutex
	kept map[access]*token
}

// token is one slot; who holds the turn renews it.
type token struct {
	turn          chan struct{}
	authorization string
	got           time.Time
	lives         lifetime
}

func newTokens() *tokens { return &tokens{kept: map[access]*token{}} }

// get is what to show; "" where nothing is known or it is too old.
func (t *tokens) get(a access) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	slot := t.kept[a]
	if slot == nil || lifetime(time.Since(slot.got)) > slot.lives {
		return ""
	}
	return slot.authorization
}

// renew asks for something to show, once for all who need it now. Who comes
// with something older than what is kept takes that.
func (t *tokens) renew(ctx context.Context, a access, shown string, ask func() (string, lifetime, error)) (string, error) {
	slot := t.slot(a)
	select {
	case slot.turn <- struct{}{}:
		defer func() { <-slot.turn }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if kept := t.get(a); kept != "" && kept != shown {
		return kept, nil
	}
	authorization, lives, err := ask()
	if err != nil {
		return "", err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	slot.authorization, slot.got, slot.lives = authorization, time.Now(), lives
	return authorization, nil
}

func (t *tokens) slot(a access) *token {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.kept[a] == nil {
		if len(t.kept) >= maxTokens {
			clear(t.kept)
		}
		t.kept[a] = &token{turn: make(chan struct{}, 1)}
	}
	return t.kept[a]
}
