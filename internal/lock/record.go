package lock

import (
	"context"
	"errors"
	"sync"

	"guard/internal/imageref"
	"guard/internal/registry"
)

// maxAsked is how many references are asked for at a time.
const maxAsked = 8

// Failure is a reference of which nothing could be found out.
type Failure struct {
	Reference imageref.Reference
	Err       error
	Kept      bool // what an older lock knows of it stays
}

// Record finds out what a lock keeps of references, each of them asked for
// once. What cannot be asked for now stays as an older lock has it (nil: there
// is none), and is a failure all the same.
func Record(ctx context.Context, s Source, refs []imageref.Reference, older *Lock) ([]Facts, []Failure) {
	found, errs := make([]Facts, len(refs)), make([]error, len(refs))
	each(len(refs), func(i int) {
		image, err := s.Image(ctx, refs[i])
		found[i], errs[i] = FactsOf(refs[i], image), err
	})
	var facts []Facts
	var failures []Failure
	for i, err := range errs {
		if err == nil {
			facts = append(facts, found[i])
			continue
		}
		f := Failure{Reference: refs[i], Err: err}
		if before, known := older.known(refs[i]); known && errors.Is(err, registry.ErrUnavailable) {
			facts, f.Kept = append(facts, before), true
		}
		failures = append(failures, f)
	}
	return facts, failures
}

func (l *Lock) known(ref imageref.Reference) (Facts, bool) {
	if l == nil {
		return Facts{}, false
	}
	return l.Lookup(ref)
}

// Digester finds out what the tag of an image names now.
type Digester interface {
	Digest(ctx context.Context, ref imageref.Reference) (string, error)
}

// Move is a reference that names another image than when it was recorded.
type Move struct {
	Reference imageref.Reference
	Was, Is   string // digests
}

// Moved compares a lock with what the tags of references name now. What the
// lock does not know, and what has a digest, is not asked for.
func (l *Lock) Moved(ctx context.Context, d Digester, refs []imageref.Reference) ([]Move, []Failure) {
	now, errs := make([]string, len(refs)), make([]error, len(refs))
	each(len(refs), func(i int) {
		if _, known := l.Lookup(refs[i]); known && refs[i].Digest == "" {
			now[i], errs[i] = d.Digest(ctx, refs[i])
		}
	})
	var moves []Move
	var failures []Failure
	for i, ref := range refs {
		before, _ := l.Lookup(ref)
		switch {
		case errs[i] != nil:
			failures = append(failures, Failure{Reference: ref, Err: errs[i]})
		case now[i] != "" && now[i] != before.Digest:
			moves = append(moves, Move{ref, before.Digest, now[i]})
		}
	}
	return moves, failures
}

// each calls do for 0 to n-1, several at a time.
func each(n int, do func(int)) {
	var wait sync.WaitGroup
	slots := make(chan struct{}, maxAsked)
	for i := range n {
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			do(i)
		})
	}
	wait.Wait()
}
