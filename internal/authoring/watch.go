package authoring

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// The bounds of watching a directory.
const (
	watchEvery = 300 * time.Millisecond
	maxWatched = 20_000 // files
)

// Changed waits until a file of the library or of its examples is written,
// added or removed since state was taken, and returns the new state. Its error
// is that of ctx, or that there are too many files.
func (l *Library) Changed(ctx context.Context, state State) (State, error) {
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	for {
		now, err := l.State()
		if err != nil || now != state {
			return now, err
		}
		select {
		case <-ctx.Done():
			return state, context.Cause(ctx)
		case <-ticker.C:
		}
	}
}

// State is what the files of a library look like from outside: their names,
// sizes and times.
type State [sha256.Size]byte

// State takes the state of the library's files.
func (l *Library) State() (State, error) {
	hash, files := sha256.New(), 0
	watched := []fs.FS{l.own().FS}
	for _, tree := range l.trees {
		if !tree.inside {
			watched = append(watched, tree.fsys)
		}
	}
	for _, fsys := range watched {
		err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
			if err != nil {
				return nil // it is gone already, or cannot be read; running tells
			}
			if files++; files > maxWatched {
				return fmt.Errorf("watch %s: more than %d files", l.Name, maxWatched)
			}
			if info, err := entry.Info(); err == nil && !entry.IsDir() {
				fmt.Fprintf(hash, "%q %d %d\n", name, info.Size(), info.ModTime().UnixNano())
			}
			return nil
		})
		if err != nil {
			return State{}, err
		}
	}
	return State(hash.Sum(nil)), nil
}

// Reopen opens the library anew: directories may have come or gone.
func (l *Library) Reopen() (*Library, error) {
	if _, err := os.Stat(l.dir); err != nil {
		return nil, err
	}
	return Open(l.dir, l.Name)
}
