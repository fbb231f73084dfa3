package pin

import (
	"context"
	"sync"
)

// maxAsked is how many images are asked for at a time.
const maxAsked = 8

// answer is what a reference names, or why that is not known.
type answer struct {
	value string
	err   error
}

// key is what candidates with one answer have in common.
func (c *candidate) key() string {
	if c.Kind == Action {
		return string(Action) + " " + c.repo + "@" + c.ref
	}
	return string(Image) + " " + c.question().String()
}

// ask asks for every reference once: for images several at a time, for actions
// one after the other, since the forge counts requests.
func (p *Pinner) ask(ctx context.Context) (map[string]answer, error) {
	questions := map[string]*candidate{}
	for _, f := range p.files {
		for i := range f.list {
			questions[f.list[i].key()] = &f.list[i]
		}
	}
	answers, mu := map[string]answer{}, sync.Mutex{}
	put := func(key string, value string, err error) {
		mu.Lock()
		defer mu.Unlock()
		answers[key] = answer{value, err}
	}
	var wait sync.WaitGroup
	slots := make(chan struct{}, maxAsked)
	for key, c := range questions {
		if c.Kind != Image {
			continue
		}
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			value, err := p.resolver.Digest(ctx, c.question())
			put(key, value, err)
		})
	}
	for key, c := range questions {
		if c.Kind == Action {
			value, err := p.resolver.Commit(ctx, c.repo, c.ref)
			put(key, value, err)
		}
	}
	wait.Wait()
	return answers, ctx.Err()
}
