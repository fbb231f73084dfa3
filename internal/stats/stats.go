package stats

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"guard/internal/finding"
	"guard/internal/recording"
	"guard/internal/report"
)

// What a report goes by in the trend, and which repository it is of.
const (
	ByTime      = "time" // the day on which its file changed last; its path without the ending
	ByName      = "name" // its file's name without the ending; its directory
	ByDirectory = "dir"  // its directory; its file's name without the ending
)

// Labels lists them.
var Labels = []string{ByTime, ByName, ByDirectory}

// Options say how reports are looked at.
type Options struct {
	Now     time.Time
	Soon    time.Duration // waivers that end within it are about to end
	By      string        // one of Labels; "": ByTime
	Version string        // of guard
}

// maxReport bounds a report, in bytes.
const maxReport = 256 << 20

// Statistics is what was read so far. It is for one goroutine.
type Statistics struct {
	options   Options
	states    []*state
	events    map[string]*state // of logs of decisions, by the day
	reports   int
	decisions int
	uids      map[string]bool // of decisions, for a collector may get a line twice
	unread    []report.Gap
	more      int // gaps beyond those that are listed
}

// state is what holds of a repository from a time on, or of all decisions of one
// day.
type state struct {
	repository, label string
	at                time.Time
	summary           [3]int // denied, warned, waived
	rules             map[string]*ruleState
	waivers           map[recording.Waiver]int
}

type ruleState struct {
	denied, warned, audited, waived int
	files                           map[string]bool
}

// New starts.
func New(o Options) *Statistics {
	if o.By == "" {
		o.By = ByTime
	}
	return &Statistics{options: o, events: map[string]*state{}, uids: map[string]bool{}}
}

func newState(repository, label string, at time.Time) *state {
	return &state{repository: repository, label: label, at: at, rules: map[string]*ruleState{}, waivers: map[recording.Waiver]int{}}
}

// Add reads a JSON report of guard check, or lines of decisions. What cannot be
// read is part of the result; the error is one of reading.
func (s *Statistics) Add(name string, modified time.Time, from io.Reader) error {
	in := bufio.NewReaderSize(from, recording.Sniffed)
	head, err := in.Peek(recording.Sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if recording.IsLines(head) {
		return s.lines(name, modified, in)
	}
	return s.report(name, modified, in)
}

// maxGaps bounds how much is listed that could not be read.
const maxGaps = 10_000

func (s *Statistics) gap(name string, line int, format string, args ...any) {
	if len(s.unread) == maxGaps {
		s.more++
		return
	}
	s.unread = append(s.unread, report.Gap{Input: name, Line: line, Reason: fmt.Sprintf(format, args...)})
}

// Unread notes a file that could not be opened.
func (s *Statistics) Unread(name, reason string) { s.gap(name, 0, "%s", reason) }

func (s *Statistics) report(name string, modified time.Time, from io.Reader) error {
	data, err := io.ReadAll(io.LimitReader(from, maxReport+1))
	switch {
	case err != nil:
		return err
	case len(data) > maxReport:
		s.gap(name, 0, "larger than %d MiB", maxReport>>20)
		return nil
	}
	var r finding.Report
	if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), &r); err != nil {
		s.gap(name, 0, "no JSON report of guard check: %v", err)
		return nil
	}
	if r.Tool.Name != "guard" || r.Version != 1 {
		s.gap(name, 0, "no JSON report of guard check (version 1)")
		return nil
	}
	s.reports++
	repository, label := s.whose(name, modified)
	of := newState(repository, label, modified)
	for _, f := range r.Findings {
		of.finding(f)
	}
	s.states = append(s.states, of)
	return nil
}

// whose is the repository that a file is about, and what it goes by in the
// trend.
func (s *Statistics) whose(name string, modified time.Time) (repository, label string) {
	bare := strings.TrimSuffix(name, path.Ext(name))
	switch s.options.By {
	case ByName:
		return path.Dir(bare), path.Base(bare)
	case ByDirectory:
		return path.Base(bare), path.Base(path.Dir(bare))
	}
	return bare, modified.UTC().Format(time.DateOnly)
}

func (of *state) rule(id, file string) *ruleState {
	if of.rules[id] == nil {
		of.rules[id] = &ruleState{files: map[string]bool{}}
	}
	of.rules[id].files[file] = true
	return of.rules[id]
}

func (of *state) finding(f finding.Finding) {
	rule := of.rule(f.Rule, f.File)
	switch {
	case f.Waived != nil:
		rule.waived++
		of.summary[2]++
		of.waivers[recording.Waiver{Rule: f.Rule, Reason: f.Waived.Reason, Owner: f.Waived.Owner, Expires: f.Waived.Expires, Source: f.Waived.Source}]++
	case f.Action == finding.Deny:
		rule.denied++
		of.summary[0]++
	case f.Action == finding.Warn:
		rule.warned++
		of.summary[1]++
	default:
		rule.audited++
	}
}

// maxName is how many bytes of a name are kept that a line has. Longer ones that begin
// alike count as one.
const maxName = 1000

func short(name string) string {
	if len(name) <= maxName {
		return name
	}
	return strings.ToValidUTF8(strings.Clone(name[:maxName]), "") + "…"
}

// decision adds what a line of a log says.
func (of *state) decision(d *recording.Decision) {
	about := short(d.About())
	for _, id := range recording.IDs(d.Audit.Denied) {
		of.rule(short(id), about).denied++
		of.summary[0]++
	}
	for _, id := range recording.IDs(d.Audit.Warned) {
		of.rule(short(id), about).warned++
		of.summary[1]++
	}
	for _, id := range recording.IDs(d.Audit.Audited) {
		of.rule(short(id), about).audited++
	}
	for _, w := range d.Waivers {
		w = recording.Waiver{Rule: short(w.Rule), Reason: short(w.Reason), Owner: short(w.Owner), Expires: short(w.Expires), Source: short(w.Source)}
		of.rule(w.Rule, about).waived++
		of.summary[2]++
		of.waivers[w]++
	}
}

// lines reads decisions: those of a recorded check are a state, those of the
// webhook are what happened on their day.
func (s *Statistics) lines(name string, modified time.Time, from io.Reader) error {
	repository, label := s.whose(name, modified)
	var run *state
	own := ""
	return recording.Read(from, func(i recording.Item) error {
		switch {
		case i.Unread != "":
			s.gap(name, i.Line, "%s", i.Unread)
		case i.Lost > 0:
			s.gap(name, i.Line, "%d decisions are missing from the log", i.Lost)
		case i.Object != nil:
			s.gap(name, i.Line, "an object, and no decision")
		case i.Run != nil && i.Run.Ended:
			run = nil
		case i.Run != nil:
			run, own = s.recorded(i.Run.Repository, i.Run.Time, repository, label, modified), i.Run.Repository
		case i.Decision.Operation == recording.Check:
			if run == nil || own != i.Decision.Repository {
				// Lines were picked, it may be of several repositories.
				run, own = s.recorded(i.Decision.Repository, i.Decision.Time, repository, label, modified), i.Decision.Repository
			}
			run.decision(i.Decision)
		default:
			s.event(name, i)
		}
		return nil
	})
}

// recorded begins the state of a recorded check. It says itself which
// repository it is of, and when it was.
func (s *Statistics) recorded(own, at, repository, label string, modified time.Time) *state {
	s.reports++
	if own != "" {
		repository = own
	}
	when, err := time.Parse(time.RFC3339, at)
	if err != nil {
		when = modified
	} else if s.options.By == ByTime {
		label = when.UTC().Format(time.DateOnly)
	}
	of := newState(repository, label, when)
	s.states = append(s.states, of)
	return of
}

// event adds a decision of the webhook.
func (s *Statistics) event(name string, i recording.Item) {
	when, err := time.Parse(time.RFC3339, i.Decision.Time)
	if err != nil {
		s.gap(name, i.Line, "the time %q of the decision cannot be read", i.Decision.Time)
		return
	}
	if uid := short(i.Decision.UID); uid != "" {
		if s.uids[uid] {
			return
		}
		s.uids[uid] = true
	}
	s.decisions++
	day := when.UTC().Format(time.DateOnly)
	key := name + "\x00" + day
	if s.events[key] == nil {
		s.events[key] = newState(name, day, when)
	}
	s.events[key].decision(i.Decision)
}

// order sorts states so that of each repository the last one is the newest.
func (s *Statistics) order() {
	slices.SortStableFunc(s.states, func(a, b *state) int {
		if s.options.By != ByTime {
			if c := strings.Compare(a.label, b.label); c != 0 {
				return c
			}
		}
		return a.at.Compare(b.at)
	})
}
