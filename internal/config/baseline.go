package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"guard/internal/finding"
)

// Baseline is a list of findings that were there before guard was, and are
// accepted. They are known by their content, never by their line.
type Baseline struct {
	Version  int        `json:"version"` // always 1
	Findings []Accepted `json:"findings"`
}

// Accepted is one accepted finding. Only rule and fingerprint are compared;
// the rest is for people.
type Accepted struct {
	Rule        string `json:"rule"`
	File        string `json:"file"`
	Fingerprint string `json:"fingerprint"`
	Message     string `json:"message"`
}

// maxAccepted bounds a baseline.
const maxAccepted = 1_000_000

// NewBaseline accepts the findings, waived ones left out.
func NewBaseline(findings []finding.Finding) *Baseline {
	b := &Baseline{Version: 1, Findings: []Accepted{}}
	for _, f := range findings {
		if f.Waived == nil || f.Waived.Source == "baseline" {
			b.Findings = append(b.Findings, Accepted{Rule: f.Rule, File: f.File, Fingerprint: f.Fingerprint, Message: f.Message})
		}
	}
	slices.SortFunc(b.Findings, func(x, y Accepted) int {
		return strings.Compare(x.File+"\x00"+x.Rule+"\x00"+x.Fingerprint, y.File+"\x00"+y.Rule+"\x00"+y.Fingerprint)
	})
	return b
}

// Write writes the baseline as JSON, the same bytes for the same findings.
func (b *Baseline) Write(w io.Writer) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(b)
}

// LoadBaseline reads a baseline, strictly. File is its name for messages.
func LoadBaseline(file string, data []byte) (*Baseline, error) {
	in := json.NewDecoder(bytes.NewReader(data))
	in.DisallowUnknownFields()
	var b Baseline
	if err := in.Decode(&b); err != nil {
		return nil, &Error{Place: Place{File: file, Line: lineAt(data, in.InputOffset())}, Message: "not a baseline: " + err.Error()}
	}
	if _, err := in.Token(); err != io.EOF {
		return nil, &Error{Place: Place{File: file, Line: lineAt(data, in.InputOffset())}, Message: "not a baseline: there is more behind its end"}
	}
	if b.Version != 1 {
		return nil, &Error{Place: Place{File: file}, Message: fmt.Sprintf("version: expected 1, found %d", b.Version)}
	}
	if len(b.Findings) > maxAccepted {
		return nil, &Error{Place: Place{File: file}, Message: fmt.Sprintf("more than %d findings", maxAccepted)}
	}
	return &b, nil
}

func lineAt(data []byte, offset int64) int {
	return 1 + bytes.Count(data[:min(offset, int64(len(data)))], []byte("\n"))
}
