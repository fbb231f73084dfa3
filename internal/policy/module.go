package policy

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
)

// maxModuleBytes bounds a Rego file. The longest of guard's own has less than
// a tenth of it.
const maxModuleBytes = 256 << 10

// maxModules bounds the Rego files of one source.
const maxModules = 2000

// role says what a Rego file is for.
type role int

const (
	roleRule role = iota
	roleTest      // unit tests
	roleLib       // shared by rules
)

// module is one Rego file.
type module struct {
	source *Source
	name   string // of the file, below the root of the source
	file   string // for messages, and the module's name in the compiler
	text   string
	role   role
	id     string // of the rule it is, or tests
	pkg    string // the package it must have: "guard.rules.image.tag_latest"

	entries map[string]int // lines of what METADATA says below custom: "severity", "params.allowed"

	once   sync.Once
	parsed *ast.Module
	err    error
}

// readModules reads every Rego file of a source, unit tests only where they
// are asked for, without parsing it.
func readModules(source Source, tests bool, errs *Errors) []*module {
	var modules []*module
	err := fs.WalkDir(source.FS, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".rego" || !tests && isTestFile(source.FS, name) {
			return err
		}
		if len(modules) == maxModules {
			return fmt.Errorf("more than %d Rego files", maxModules)
		}
		if m := readModule(&source, name, errs); m != nil {
			modules = append(modules, m)
		}
		return nil
	})
	if err != nil {
		errs.add(Place{File: source.Name}, "cannot read the policies: %v", err)
	}
	return modules
}

func readModule(source *Source, name string, errs *Errors) *module {
	m := &module{source: source, name: name, file: path.Join(source.Name, name)}
	if err := m.derive(name, isTestFile(source.FS, name)); err != nil {
		errs.add(Place{File: m.file}, "%v", err)
		return nil
	}
	text, err := readRegular(source.FS, name)
	if err != nil {
		errs.add(Place{File: m.file}, "%v", err)
		return nil
	}
	m.text = string(text)
	return m
}

// readRegular looks before it opens: opening a named pipe might never return.
func readRegular(fsys fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errors.New("not a regular file")
	case info.Size() > maxModuleBytes:
		return nil, fmt.Errorf("the file has %d bytes, at most %d are read", info.Size(), maxModuleBytes)
	}
	return fs.ReadFile(fsys, name)
}

var nameForm = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

// derive takes the module's role, id and package from its path.
func (m *module) derive(name string, isTest bool) error {
	base := strings.TrimSuffix(name, ".rego")
	if isTest {
		base = strings.TrimSuffix(base, "_test")
	}
	parts := strings.Split(base, "/")
	leaf := parts[len(parts)-1]
	if len(parts) < 2 || !nameForm.MatchString(leaf) || !nameForm.MatchString(parts[len(parts)-2]) {
		return fmt.Errorf("a rule stands in <category>/<name>.rego, both of lower-case letters, digits and underscores")
	}
	category := parts[len(parts)-2]
	m.role, m.pkg = roleRule, "guard.rules."+category+"."+leaf
	if !m.source.Custom && parts[0] == "lib" {
		m.role, m.pkg = roleLib, "guard.lib."+leaf
	} else {
		m.id = strings.ReplaceAll(category+"/"+leaf, "_", "-")
	}
	if isTest {
		m.role, m.pkg = roleTest, m.pkg+"_test"
	}
	return nil
}

// parse parses the module, once, and checks its package.
func (m *module) parse() error {
	m.once.Do(func() { m.parsed, m.err = m.parseText() })
	return m.err
}

func (m *module) parseText() (*ast.Module, error) {
	parsed, err := ast.ParseModuleWithOpts(m.file, m.text, ast.ParserOptions{
		RegoVersion:       ast.RegoV1,
		ProcessAnnotation: !m.source.builtin() || m.role == roleLib, // of shared modules, for what users' rules take from them
		Capabilities:      capabilities(m.role == roleTest),
	})
	if err != nil {
		return nil, err
	}
	if parsed == nil {
		return nil, &Error{Place: Place{File: m.file}, Message: "the file is empty"}
	}
	if got := packageName(parsed); got != m.pkg {
		return nil, &Error{Place: place(m.file, parsed.Package.Location), Message: fmt.Sprintf("package %s must be %s, as the file's path says", got, m.pkg)}
	}
	return parsed, nil
}

func packageName(m *ast.Module) string {
	return strings.TrimPrefix(m.Package.Path.String(), "data.")
}
