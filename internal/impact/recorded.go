package impact

import (
	"context"
	"fmt"
	"io"

	"guard/internal/recording"
)

// batch is how many objects are judged together, and held meanwhile;
// maxBatch is how many bytes they may have.
const (
	batch    = 1024
	maxBatch = 64 << 20
)

// Recorded compares what is found in a recording, as [recording.Read] reads it.
// The name says where it comes from.
func (c *Comparison) Recorded(ctx context.Context, name string, from io.Reader) error {
	r := &replay{Comparison: c, ctx: ctx, name: name}
	if err := recording.Read(from, r.item); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := r.flush(); err != nil {
		return err
	}
	return r.endRun()
}

// cutList is from how many bytes on the log may have cut a list of rules.
const cutList = 1000

// replay is one recording that is being read.
type replay struct {
	*Comparison
	ctx   context.Context
	name  string
	run   *run // of guard check, that files belong to; nil: none
	files int  // of it, that were read
	list  []object
	size  int
}

func (r *replay) item(i recording.Item) error {
	switch {
	case i.Unread != "":
		r.tally.inputs++
		r.tally.gap(r.name, i.Line, i.Unread)
	case i.Run != nil:
		return r.begin(i.Run)
	case i.Lost > 0:
		r.notes.lost += i.Lost
		r.tally.gap(r.name, i.Line, fmt.Sprintf("%d decisions are missing from the log", i.Lost))
	case i.Decision != nil:
		return r.decision(i.Decision, i.Line)
	case i.Object != nil:
		return r.add(object{recording: r.name, line: i.Line, data: i.Object})
	}
	return nil
}

// begin begins or ends a recorded run. One without its end was cut off.
func (r *replay) begin(line *recording.Run) error {
	if line.Ended && r.run != nil && r.run.begun {
		if missing := line.Files - r.files; missing > 0 {
			r.tally.gap(r.name, 0, fmt.Sprintf("%d files of the run of %s are missing", missing, r.run.Time))
		}
		r.run.begun = false
		return r.endRun()
	}
	if line.Ended {
		return nil // of lines that were picked
	}
	err := r.endRun()
	r.run, r.files = &run{Run: *line, begun: true, denied: map[string][]string{}}, 0
	return err
}

func (r *replay) endRun() error {
	if r.run == nil {
		return nil
	}
	if r.run.begun {
		r.tally.gap(r.name, 0, fmt.Sprintf("the run of %s has no end: files may be missing", r.run.Time))
	}
	last := r.run
	r.run = nil
	return r.finish(r.ctx, last)
}

func (r *replay) decision(d *recording.Decision, line int) error {
	if d.Operation == recording.Check {
		return r.file(d, line)
	}
	switch {
	case d.Audit.Decision == "exempt" || d.Audit.Decision == "passed":
		r.tally.inputs++
		r.notes.exempt++
	case d.Operation == "DELETE" || d.Operation == "CONNECT":
		r.tally.inputs++
		r.notes.deletions++
	case d.Input == nil:
		r.missing(d, line, "the log was kept without the objects (--decisions-inputs)")
	case len(d.Input.Object) == 0:
		r.missing(d, line, reasonOf(d.Input))
	default:
		r.notes.redacted = true
		if d.Operation == "UPDATE" {
			r.notes.updates++
		}
		return r.add(object{
			recording: r.name, line: line, name: d.About(), namespace: d.Namespace, user: d.User, groups: d.Input.Groups, data: d.Input.Object,
			admitted: true, denied: recording.IDs(d.Audit.Denied), known: d.Audit.Decision != "" && d.Audit.Decision != "undecided" && len(d.Audit.Denied) < cutList,
		})
	}
	return nil
}

func reasonOf(in *recording.Input) string {
	if in.Omitted == "" {
		return "it was recorded without what it is about"
	}
	return "it was not recorded: " + in.Omitted
}

func (r *replay) missing(d *recording.Decision, line int, reason string) {
	r.tally.inputs++
	r.tally.gap(d.About()+" in "+r.name, line, reason)
}

// file takes a file of a recorded run. One without a run before it, or of another
// repository, is of a run of its own: lines may have been picked.
func (r *replay) file(d *recording.Decision, line int) error {
	if r.run != nil && r.run.Repository != d.Repository {
		if err := r.endRun(); err != nil {
			return err
		}
	}
	if r.run == nil {
		r.run = &run{Run: recording.Run{Repository: d.Repository, Time: d.Time}, denied: map[string][]string{}}
	}
	r.files++
	switch {
	case d.Input == nil || d.Input.Text == nil:
		in := d.Input
		if in == nil {
			in = &recording.Input{}
		}
		r.missing(d, line, reasonOf(in))
	case d.File == "":
		r.missing(d, line, "it has no name")
	default:
		r.notes.redacted = true
		if why := r.run.add(d); why != "" {
			r.missing(d, line, why)
		}
	}
	return nil
}

// add queues an object.
func (r *replay) add(o object) error {
	r.list = append(r.list, o)
	if r.size += len(o.data); len(r.list) < batch && r.size < maxBatch {
		return nil
	}
	return r.flush()
}

func (r *replay) flush() error {
	list := r.list
	r.list, r.size = nil, 0
	return r.objects(r.ctx, list)
}
