package authoring

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"time"

	"guard/internal/check"
	"guard/internal/config"
	"guard/internal/document"
	"guard/internal/pipeline/flow"
	"guard/internal/policy"
	"guard/internal/repository/forge"
)

// Day is the day on which examples are judged.
var Day = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

// Own are the images that are one's own in all examples, as if the
// configuration said so.
var Own = []string{"registry.example.com/team/**"}

// Documents loads an example file as guard check does in a repository without
// a configuration that holds the files of its directory. What forge and
// registries say is what the files beside it say.
func Documents(ctx context.Context, examples fs.FS, dir, file string, text []byte) ([]*document.Document, error) {
	options, err := reading(examples, dir, file)
	if err != nil {
		return nil, err
	}
	facts, err := readRecorded(examples, dir)
	if err != nil {
		return nil, err
	}
	documents := document.Load(file, text, options)
	if facts == nil {
		return documents, nil
	}
	o := check.Options{Registry: facts, Commits: facts, Verification: facts.verification(), Host: "example.com", Repository: "team/shop", Now: Day}
	return documents, check.Tell(ctx, o, documents)
}

func reading(examples fs.FS, dir, file string) (document.Options, error) {
	var environments []flow.Environment
	for _, e := range config.Default().Environments {
		environments = append(environments, flow.Environment(e))
	}
	snapshot, err := readSnapshot(examples, dir, file)
	pipelines := document.Pipelines{Environments: environments}
	return document.Options{
		Lookup: neighbours(examples, dir), Own: Own,
		Pipelines: check.WithSnapshot(pipelines, snapshot, Day),
	}, err
}

// readSnapshot reads the settings of the forge beside a file, or else beside
// all examples; nil where there are none.
func readSnapshot(examples fs.FS, dir, file string) (*forge.Snapshot, error) {
	name := path.Join(dir, path.Dir(file), policy.SettingsFile)
	text, err := readSmall(examples, name)
	if errors.Is(err, fs.ErrNotExist) {
		name = path.Join(dir, policy.SettingsFile)
		text, err = readSmall(examples, name)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	snapshot, err := forge.Load(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return snapshot, nil
}

// neighbours reads other files of an example's directory.
func neighbours(examples fs.FS, dir string) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) { return readSmall(examples, path.Join(dir, path.Clean("/"+name))) }
}
