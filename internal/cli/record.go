package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"guard/internal/check"
	"guard/internal/finding"
	"guard/internal/recording"
	"guard/internal/report"
)

// maxRecording bounds the texts of a recording, in bytes. Files beyond it are
// recorded without their text.
const maxRecording = 256 << 20

// recorder writes what a check judged into a file, which is there as a whole or
// not at all.
type recorder struct {
	name  string // of the file in the end
	file  *os.File
	out   *bufio.Writer
	run   recording.Run
	size  int // bytes of texts
	files int
}

// newRecorder makes no file yet, or the check would come upon it.
func newRecorder(w *World, s *setup, name string) (*recorder, error) {
	at := s.absolute(name)
	if info, err := os.Stat(filepath.Dir(at)); err != nil || !info.IsDir() {
		return nil, &usageError{message: fmt.Sprintf("--record %s: there is no such directory", name)}
	}
	if info, err := os.Stat(at); err == nil && !info.Mode().IsRegular() {
		return nil, &usageError{message: fmt.Sprintf("--record %s: not a regular file", name)}
	}
	return &recorder{name: at, run: recording.Run{
		Recording: recording.Version, Time: w.Now().UTC().Format(time.RFC3339), Tool: "guard " + build().Version, Policies: s.evaluator.Digest(),
		Repository: s.name, Host: s.host, DefaultBranch: s.defaultBranch, Branches: s.branches,
	}}, nil
}

// begin makes the file, beside the one it will replace.
func (r *recorder) begin() (err error) {
	if r.file != nil {
		return nil
	}
	if r.file, err = os.CreateTemp(filepath.Dir(r.name), ".new-*"); err != nil {
		return fmt.Errorf("write the recording: %w", err)
	}
	r.out = bufio.NewWriter(r.file)
	return r.line(r.run)
}

// add takes a file.
func (r *recorder) add(of check.Recorded) error {
	if err := r.begin(); err != nil {
		return err
	}
	d := recording.Decision{
		Time: r.run.Time, Operation: recording.Check, Repository: r.run.Repository, File: of.File,
		Audit: recording.Audit{Unread: of.Unread}, Input: &recording.Input{Omitted: of.Omitted},
	}
	if of.Omitted == "" && r.size+len(of.Text) > maxRecording {
		d.Input.Omitted = fmt.Sprintf("the recording would hold more than %d MiB", maxRecording>>20)
	}
	if d.Input.Omitted == "" {
		r.size += len(of.Text)
		d.Input.Text = &of.Text
	}
	outcomeInto(&d, of.Findings)
	r.files++
	return r.line(d)
}

// outcomeInto says in a decision what was found.
func outcomeInto(d *recording.Decision, findings []finding.Finding) {
	rules := map[finding.Action][]string{}
	for _, f := range findings {
		if f.Waived != nil {
			d.Waivers = append(d.Waivers, recording.Waiver{Rule: f.Rule, Reason: f.Waived.Reason, Owner: f.Waived.Owner, Expires: f.Waived.Expires, Source: f.Waived.Source})
			continue
		}
		if !slices.Contains(rules[f.Action], f.Rule) {
			rules[f.Action] = append(rules[f.Action], f.Rule)
		}
	}
	a := &d.Audit
	a.Denied, a.Warned, a.Audited = strings.Join(rules[finding.Deny], ","), strings.Join(rules[finding.Warn], ","), strings.Join(rules[finding.Audit], ",")
	switch d.Allowed = a.Denied == "" && a.Unread == ""; {
	case a.Denied != "":
		a.Decision = "denied"
	case a.Unread != "":
		a.Decision = "undecided"
	case a.Warned != "":
		a.Decision = "warned"
	default:
		a.Decision = "allowed"
	}
}

func (r *recorder) line(of any) error {
	text, err := json.Marshal(of)
	if err != nil {
		return err
	}
	if _, err := r.out.Write(append(text, '\n')); err != nil {
		return fmt.Errorf("write the recording: %w", err)
	}
	return nil
}

// keep puts the recording in its place. What stood there before is replaced.
func (r *recorder) keep() error {
	defer r.drop()
	if err := r.begin(); err != nil {
		return err
	}
	if err := r.line(recording.Run{Recording: recording.Version, Time: r.run.Time, Tool: r.run.Tool, Policies: r.run.Policies, Ended: true, Files: r.files}); err != nil {
		return err
	}
	err := r.out.Flush()
	if err == nil {
		err = r.file.Sync()
	}
	if err = errors.Join(err, r.file.Close()); err == nil {
		err = os.Rename(r.file.Name(), r.name)
	}
	if err != nil {
		return fmt.Errorf("write the recording: %s", report.Clean(err.Error()))
	}
	return nil
}

// drop removes what is not kept.
func (r *recorder) drop() {
	if r.file == nil {
		return
	}
	r.file.Close()
	os.Remove(r.file.Name())
}
