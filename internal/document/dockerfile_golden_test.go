package document

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guard/internal/finding"

	"github.com/google/go-cmp/cmp"
)

// Each Dockerfile below testdata has its outline beside it: what was read, and
// where it stands. Reliability 42
func TestDockerfile_IsReadAsTheGoldenFilesSay(t *testing.T) {
	files, err := filepath.Glob("testdata/dockerfile/*.Dockerfile")
	if err != nil || len(files) == 0 {
		t.Fatalf("no test files: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { compareOutline(t, file) })
	}
}

func compareOutline(t *testing.T, file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got := outline(readDockerfile(t, string(text)))
	golden := strings.TrimSuffix(file, ".Dockerfile") + ".golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// readDockerfile reads a text with no recovery from panics.
func readDockerfile(t testing.TB, text string) *Document {
	t.Helper()
	return newLoader("Dockerfile", text).readDockerfile()[0]
}

// outline writes what a Dockerfile was read as.
func outline(d *Document) string {
	o := &outliner{doc: d}
	m := d.Dockerfile
	if m.Syntax.Value != "" {
		o.line(0, "syntax "+m.Syntax.Value, m.Syntax.Path)
	}
	for _, arg := range m.Global {
		o.line(0, fmt.Sprintf("global %s=%s", arg.Name, arg.Default), arg.Path)
	}
	for _, stage := range m.Stages {
		o.stage(stage)
	}
	for _, image := range d.Images {
		o.line(0, fmt.Sprintf("image %s of %s, stage %v, unresolved %v", image.Raw, image.Holder, image.Stage, image.Unresolved), image.Path)
	}
	for _, arg := range m.SecretArgs {
		o.line(0, fmt.Sprintf("secret argument %s of %s", arg.Name, arg.Holder), arg.Path)
	}
	for _, secret := range d.Secrets {
		o.line(0, fmt.Sprintf("secret %s %s of %s", secret.Place, secret.Name, secret.Holder), secret.Path)
	}
	if p := m.Program; p != nil {
		o.line(0, fmt.Sprintf("program %s %s %s", p.Keyword, p.Name, p.Missing), p.Path)
	}
	for _, problem := range d.Unparsable {
		o.line(0, "unparsable: "+problem.Message, problem.Path)
	}
	for _, problem := range d.Incomplete {
		o.line(0, "incomplete: "+problem.Message, problem.Path)
	}
	return o.text.String()
}

type outliner struct {
	doc  *Document
	text strings.Builder
}

func (o *outliner) line(depth int, text string, path finding.Path) {
	at := o.doc.Locate(path)
	fmt.Fprintf(&o.text, "%s%s @%d:%d-%d:%d\n", strings.Repeat("  ", depth), strings.TrimSpace(text), at.Line, at.Column, at.EndLine, at.EndColumn)
}

func (o *outliner) stage(s Stage) {
	parent := "none"
	if s.Parent != nil {
		parent = fmt.Sprint(*s.Parent)
	}
	o.line(0, fmt.Sprintf("%s: base %s (%s) parent %s chain %v final %v platform %s", s.Holder, s.Base, s.BaseName, parent, s.Chain, s.Final, s.Platform), s.Path)
	o.line(1, fmt.Sprintf("user %s %q in %d", s.User.State, s.User.Value, s.User.Stage), s.User.Path)
	for _, i := range s.Instructions {
		o.instruction(i)
	}
}

func (o *outliner) instruction(i Instruction) {
	o.line(1, fmt.Sprintf("%s onbuild %v shell %v pipefail %v context %v dest %s", i.Keyword, i.OnBuild, i.Shell, i.Pipefail, i.Context, i.Dest), i.Path)
	for _, flag := range i.Flags {
		o.line(2, fmt.Sprintf("flag %s=%s", flag.Key, flag.Value), flag.Path)
	}
	for _, arg := range i.Args {
		o.line(2, fmt.Sprintf("arg %q", arg.Value), arg.Path)
	}
	for _, pair := range i.Pairs {
		o.line(2, fmt.Sprintf("pair %s=%s", pair.Key, pair.Value), pair.Path)
	}
	for _, source := range i.Sources {
		o.line(2, "source "+source.Value, source.Path)
	}
	for _, use := range i.Packages {
		o.line(2, fmt.Sprintf("packages %s %v project %v cached %v removed %v", use.Manager, use.Names, use.Project, use.Cached, use.Removed), use.Path)
	}
	for _, command := range i.Commands {
		o.line(2, "command "+command.Name, command.Path)
		for _, arg := range command.Args {
			o.line(3, fmt.Sprintf("%q", arg.Text), arg.Path)
		}
	}
}

// Reliability 40
func TestDockerfile_IsReadTheSameWithOtherLineEnds(t *testing.T) {
	files, err := filepath.Glob("testdata/dockerfile/*.Dockerfile")
	if err != nil || len(files) == 0 {
		t.Fatalf("no test files: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want := outline(readDockerfile(t, string(text)))
		got := outline(readDockerfile(t, strings.ReplaceAll(string(text), "\n", "\r\n")))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s with CRLF (-LF +CRLF)\n%s", file, diff)
		}
	}
}
