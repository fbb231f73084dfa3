package command

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"guard/admission/audit"
	"guard/internal/report"
)

func (c *auditCall) write(result *audit.Result) error {
	for _, target := range c.targets {
		if err := c.writeOne(target, result); err != nil {
			return err
		}
	}
	return nil
}

func (c *auditCall) writeOne(target report.Target, result *audit.Result) (err error) {
	if target.Path == "" {
		colored, err := report.ColorMode("auto", os.Getenv, isTerminal(c.stdout))
		if err != nil {
			return err
		}
		return target.Format.Write(c.stdout, result.Report, report.Options{Color: colored, Group: target.Group})
	}
	f, err := os.Create(target.Path)
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return target.Format.Write(f, result.Report, report.Options{})
}

// isTerminal tells whether somebody looks at a file.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// line is a line on the terminal that says how far a long run is.
type line struct {
	to       io.Writer
	terminal bool
	shown    time.Time
}

// show draws the line where it is time to.
func (l *line) show(resource string, objects int) {
	if !l.terminal || time.Since(l.shown) < 100*time.Millisecond {
		return
	}
	l.shown = time.Now()
	fmt.Fprintf(l.to, "\r\x1b[K%d objects, at %s", objects, report.Clean(resource))
}

// clear takes the line away.
func (l *line) clear() {
	if !l.shown.IsZero() {
		fmt.Fprint(l.to, "\r\x1b[K")
		l.shown = time.Time{}
	}
}
