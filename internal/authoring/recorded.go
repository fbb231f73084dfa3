package authoring

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"guard/internal/check"
	"guard/internal/imageref"
	"guard/internal/policy"
	"guard/internal/registry"
	"guard/internal/registry/signature"
	"guard/internal/repository"
)

// recorded is what registries and the clone say in an example.
type recorded struct {
	Images  map[string]recordedImage `json:"images"`  // by reference
	Commits map[string]string        `json:"commits"` // by id, its state
	Trust   signature.Policy         `json:"trust"`

	Environment string `json:"environment"` // where the images are to run; "": not known
}

// recordedImage is an image, or why there is none.
type recordedImage struct {
	registry.Image
	Error  string           `json:"error"`
	Signed signature.Result `json:"signed"` // what came of verifying it
}

// registryErrors are those that a registry can answer with.
var registryErrors = []error{registry.ErrNotFound, registry.ErrUnauthorized, registry.ErrUnavailable, registry.ErrRefused}

// Image answers what the file says. It is asked by digest where there is one.
func (r *recorded) Image(_ context.Context, ref imageref.Reference) (registry.Image, error) {
	for name, image := range r.Images {
		if known := (*imageref.Classifier)(nil).Parse(name); known.String() != ref.String() {
			continue
		}
		for _, err := range registryErrors {
			if image.Error == err.Error() {
				return registry.Image{}, fmt.Errorf("registry.example.com: %w", err)
			}
		}
		if image.Error != "" {
			return registry.Image{}, errors.New(image.Error)
		}
		return image.Image, nil
	}
	return registry.Image{}, fmt.Errorf("%s: %s says nothing of it", ref.String(), policy.RegistryFile)
}

// verify answers what the file says of a digest in a repository.
func (r *recorded) verify(_ context.Context, ref imageref.Reference, image signature.Image) (signature.Result, error) {
	known, ok := r.Images[ref.String()]
	if !ok || known.Digest != image.Digest {
		return signature.Result{}, fmt.Errorf("%s: %s says nothing of what is signed about it", ref.String(), policy.RegistryFile)
	}
	known.Signed.Image, known.Signed.Entry = image, r.Trust.Match(image)
	return known.Signed, nil
}

// verification is the trust policy of an example; nil where there is none.
func (r *recorded) verification() *check.Verification {
	if len(r.Trust.Trust) == 0 {
		return nil
	}
	return &check.Verification{Policy: r.Trust, Verify: r.verify, Source: "example.com/team/shop", Environment: r.Environment}
}

// FindCommit answers what the file says.
func (r *recorded) FindCommit(_ context.Context, id string, _ repository.Refs) (repository.Commit, error) {
	states := []repository.CommitState{repository.CommitReached, repository.CommitUnreached, repository.CommitMissing, repository.CommitNone}
	i := slices.IndexFunc(states, func(s repository.CommitState) bool { return s.String() == r.Commits[id] })
	if i < 0 {
		return repository.Commit{Reason: id + " is not in this clone, which is shallow"}, nil
	}
	return repository.Commit{State: states[i], Reason: id + " is " + r.Commits[id]}, nil
}

// readRecorded reads what stands beside the examples of a directory; nil where
// there is nothing.
func readRecorded(examples fs.FS, dir string) (*recorded, error) {
	name := path.Join(dir, policy.RegistryFile)
	text, err := readSmall(examples, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	in, facts := json.NewDecoder(bytes.NewReader(text)), &recorded{}
	in.DisallowUnknownFields()
	if err := in.Decode(facts); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return facts, nil
}
