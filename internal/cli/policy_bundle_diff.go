package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"guard/internal/policy"
	"guard/internal/report"
)

const policyBundleDiffHelp = `Diff says which rules were added, removed or changed between two bundles: their
severity, parameters, kinds and texts, and whether their Rego is another. Either
is a bundle in a registry, with oci:// before its name, a file, or a directory of
rules.

` + registryHelp + `

Exit codes:
  0  the rules are the same
  1  they differ
  2  the call or the configuration is wrong
  3  one of them is refused, or could not be had`

func newPolicyBundleDiff(w *World) *cobra.Command {
	var f pullFlags
	var format string
	cmd := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Say which rules differ between two bundles",
		Long:  policyBundleDiffHelp,
		Example: `  guard policy bundle diff oci://registry.example.com/team/policy:stable policy
  guard policy bundle diff old.tar.gz new.tar.gz -o json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usagef(cmd, "expected two bundles, found %d arguments", len(args))
			}
			if format != "text" && format != "json" {
				return unknownName("format", format, []string{"text", "json"})
			}
			return f.diff(cmd, w, format, args[0], args[1])
		},
	}
	f.add(cmd)
	cmd.Flags().StringVarP(&format, "output", "o", "text", "`format`: text or json")
	completeFixed(cmd, "output", "text", "json")
	return cmd
}

func (f *pullFlags) diff(cmd *cobra.Command, w *World, format, older, newer string) error {
	before, err := f.locate(cmd, w, older, false)
	if err != nil {
		return err
	}
	after, err := f.locate(cmd, w, newer, false)
	if err != nil {
		return err
	}
	changes, err := policy.Compare(before.source, after.source)
	if err != nil {
		return err
	}
	cleanChanges(changes)
	layers, err := layersOf(before, after)
	if err != nil {
		return err
	}
	if format == "json" {
		err = writeJSON(w, map[string]any{"version": 1, "old": before.view(older), "new": after.view(newer), "rules": changes, "layer": layers})
	} else {
		err = writeChanges(w.Out, changes, layers)
	}
	if err == nil && (len(changes) > 0 || layers.Changed) {
		return exit(exitDenied)
	}
	return err
}

// view names one of two bundles, for machines.
func (l located) view(name string) map[string]string {
	v := map[string]string{"name": report.Clean(name), "digest": "", "revision": ""}
	if l.bundle != nil {
		v["revision"] = report.Clean(l.bundle.Revision)
	}
	if l.pulled != nil {
		v["digest"] = l.pulled.Digest
	}
	return v
}

// layerChange is what two bundles demand of those who use them.
type layerChange struct {
	Changed bool   `json:"changed"`
	Old     string `json:"old"` // the text of guard.yaml; "" where there is none
	New     string `json:"new"`
}

func layersOf(before, after located) (c layerChange, err error) {
	if c.Old, err = before.layer(); err != nil {
		return c, err
	}
	c.New, err = after.layer()
	c.Changed = c.Old != c.New
	c.Old, c.New = report.CleanLines(c.Old), report.CleanLines(c.New)
	return c, err
}

func (c layerChange) text() string {
	if !c.Changed {
		return ""
	}
	var b strings.Builder
	b.WriteString("changed  what is demanded of those who use it (guard.yaml)\n")
	for _, part := range []struct{ mark, text string }{{"-", c.Old}, {"+", c.New}} {
		for line := range strings.Lines(part.text) {
			b.WriteString("         " + part.mark + " " + strings.TrimRight(line, "\n") + "\n")
		}
	}
	return b.String()
}

func cleanChanges(changes []policy.Change) {
	for _, c := range changes {
		for i := range c.Fields {
			f := &c.Fields[i]
			f.Field, f.Old, f.New = report.Clean(f.Field), report.Clean(f.Old), report.Clean(f.New)
		}
	}
}

func writeChanges(w io.Writer, changes []policy.Change, layers layerChange) error {
	var b strings.Builder
	b.WriteString(layers.text())
	for _, c := range changes {
		fmt.Fprintf(&b, "%-8s %s\n", c.Change, c.Rule)
		for _, f := range c.Fields {
			fmt.Fprintf(&b, "         %s: %s -> %s\n", f.Field, orNothing(nonEmpty(f.Old), "nothing"), orNothing(nonEmpty(f.New), "nothing"))
		}
	}
	if len(changes) == 0 {
		b.WriteString("the rules are the same\n")
	} else {
		fmt.Fprintf(&b, "\n%s differ\n", counted(len(changes), "rule"))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func nonEmpty(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}
