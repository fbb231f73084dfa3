package signature

import (
	"fmt"
	"slices"
	"strings"
)

// Read gives a policy whose files have been read. The reader decides which
// paths may be read and how much of them; a reference to a key management
// service is left for [Policy.Validate] to refuse.
func (p Policy) Read(read func(path string) ([]byte, error)) (Policy, error) {
	trust := slices.Clone(p.Trust)
	for i := range trust {
		var err error
		if trust[i].Authorities, err = readAuthorities(trust[i].Authorities, read); err != nil {
			return Policy{}, fmt.Errorf("trust[%d]: %w", i, err)
		}
		trust[i].Attestations = slices.Clone(trust[i].Attestations)
		for j := range trust[i].Attestations {
			a := &trust[i].Attestations[j]
			if a.Authorities, err = readAuthorities(a.Authorities, read); err != nil {
				return Policy{}, fmt.Errorf("trust[%d].attestations[%d]: %w", i, j, err)
			}
		}
	}
	return Policy{Trust: trust}, nil
}

func readAuthorities(list []Authority, read func(string) ([]byte, error)) ([]Authority, error) {
	list = slices.Clone(list)
	for i := range list {
		if err := list[i].read(read); err != nil {
			return nil, fmt.Errorf("authorities[%d]: %w", i, err)
		}
	}
	return list, nil
}

func (a *Authority) read(read func(string) ([]byte, error)) error {
	if a.TrustedRootFile != "" {
		data, err := read(a.TrustedRootFile)
		if err != nil {
			return fmt.Errorf("trusted_root_file: %w", err)
		}
		a.TrustedRoot = data
	}
	a.Keys = slices.Clone(a.Keys)
	for i := range a.Keys {
		k := &a.Keys[i]
		if k.File == "" || kmsScheme(k.File) != "" {
			continue
		}
		data, err := read(strings.TrimPrefix(k.File, "file://"))
		if err != nil {
			return fmt.Errorf("keys[%d].file: %w", i, err)
		}
		k.PEM = string(data)
	}
	return nil
}
