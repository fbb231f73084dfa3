package check

import (
	"context"
	"crypto/sha256"
	"fmt"

	"guard/internal/document"
	"guard/internal/finding"
)

// Recorded is a file with what came of it, as it may be kept.
type Recorded struct {
	File     string
	Text     string            // without its secrets
	Omitted  string            // why there is no text; "" where there is
	Unread   string            // why it was not judged, or not by all rules; "" where it was
	Findings []finding.Finding // what the report has of it, without the project's
}

// maxRecorded bounds the text of a file that is recorded, in bytes.
const maxRecorded = 1 << 20

// record hands over all files that were judged, or should have been.
func (r *run) record(ctx context.Context) error {
	if r.Record == nil {
		return nil
	}
	for _, s := range r.skipped {
		if s.unread {
			if err := r.Record(Recorded{File: s.name, Omitted: s.reason, Unread: s.reason}); err != nil {
				return err
			}
		}
	}
	for _, e := range r.entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !e.text && len(e.skipped) == 0 {
			continue
		}
		if err := r.Record(r.recorded(e)); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) recorded(e *entry) Recorded {
	rec := Recorded{File: e.file.name, Findings: e.findings}
	for _, s := range e.skipped {
		if s.unread {
			rec.Unread = s.reason
		}
	}
	if rec.Text, rec.Omitted = r.redacted(e); !e.text {
		rec.Omitted = rec.Unread
	}
	return rec
}

// redacted is the text of a file without its secrets, or why it is left out. The
// file is read again, since the texts of all would not fit into memory.
func (r *run) redacted(e *entry) (text, omitted string) {
	documents := r.load(&entry{file: e.file})
	if len(documents) == 0 || sha256.Sum256([]byte(documents[0].Source.Text)) != e.sum {
		return "", "the file changed while it was checked"
	}
	if len(documents[0].Source.Text) > maxRecorded {
		return "", fmt.Sprintf("larger than %d KiB", maxRecorded>>10)
	}
	text, err := document.RedactFile(documents, r.documentOptions(e.file.scope))
	if err != nil {
		return "", err.Error()
	}
	return text, ""
}
