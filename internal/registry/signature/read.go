package signature

import (
	"errors"
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
			if err = a.readCondition(read); err != nil {
				return Policy{}, &FieldError{Field: fmt.Sprintf("trust[%d].attestations[%d].condition_file", i, j), Message: fmt.Sprintf("%q: %v", a.ConditionFile, err), Verbatim: true}
			}
		}
	}
	return Policy{Trust: trust}, nil
}

func (a *Attestation) readCondition(read func(string) ([]byte, error)) error {
	if a.ConditionFile == "" {
		return nil
	}
	data, err := read(a.ConditionFile)
	a.Condition = string(data)
	return err
}

// Compile gives a policy whose conditions have been compiled. Its error joins
// one [FieldError] for each that cannot be.
func (p Policy) Compile(compile func(condition string) (Condition, error)) (Policy, error) {
	trust := slices.Clone(p.Trust)
	var problems []error
	for i := range trust {
		trust[i].Attestations = slices.Clone(trust[i].Attestations)
		for j := range trust[i].Attestations {
			a := &trust[i].Attestations[j]
			if a.Condition == "" {
				continue
			}
			var err error
			if a.Holds, err = compile(a.Condition); err != nil {
				problems = append(problems, &FieldError{Field: fmt.Sprintf("trust[%d].attestations[%d].%s", i, j, a.conditionField()), Message: err.Error(), Verbatim: true})
			}
		}
	}
	return Policy{Trust: trust}, errors.Join(problems...)
}

// conditionField is where the condition stands.
func (a Attestation) conditionField() string {
	if a.ConditionFile != "" {
		return "condition_file"
	}
	return "condition"
}

// Files lists the files that a policy names, as it names them.
func (p Policy) Files() []string {
	var files []string
	for _, t := range p.Trust {
		files = append(files, filesOf(t.Authorities)...)
		for _, a := range t.Attestations {
			files = append(files, filesOf(a.Authorities)...)
			if a.ConditionFile != "" {
				files = append(files, a.ConditionFile)
			}
		}
	}
	return files
}

func filesOf(list []Authority) []string {
	var files []string
	for _, a := range list {
		if a.TrustedRootFile != "" {
			files = append(files, a.TrustedRootFile)
		}
		for _, k := range a.Keys {
			if k.File != "" && kmsScheme(k.File) == "" {
				files = append(files, strings.TrimPrefix(k.File, "file://"))
			}
		}
	}
	return files
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
