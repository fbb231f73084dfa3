package check

import (
	"context"
	"fmt"
	"sync"

	"guard/internal/repository"
)

// commits remembers what the clone knows of commits. Workers share it.
type commits struct {
	mu    sync.Mutex
	known map[string]repository.Commit
}

// anyRef counts every branch and tag.
var anyRef = repository.Refs{Branch: func(string) bool { return true }, Tag: func(string) bool { return true }}

// Commits says what is known of commits.
type Commits interface {
	FindCommit(ctx context.Context, id string, refs repository.Refs) (repository.Commit, error)
}

// find looks for a commit in the history of every branch and tag of a clone.
// A nil clone knows nothing.
func (c *commits) find(ctx context.Context, in Commits, id string) (repository.Commit, error) {
	if in == nil {
		return repository.Commit{Reason: "there is no clone to look in"}, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if known, ok := c.known[id]; ok {
		return known, nil
	}
	found, err := in.FindCommit(ctx, id, anyRef)
	if ctx.Err() != nil {
		return found, ctx.Err()
	}
	if err != nil {
		found = repository.Commit{Reason: fmt.Sprintf("the clone cannot be read: %v", err)}
	}
	if c.known == nil {
		c.known = map[string]repository.Commit{}
	}
	c.known[id] = found
	return found, nil
}
