package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"guard/internal/bundle"
	"guard/internal/policy"
	"guard/internal/report"
)

const policyBundleInspectHelp = `Inspect shows what a bundle is: its digest and version, who has signed it, its
rules, and what of guard they need: modules of guard's library, which go into
the bundle, and builtins that plain OPA does not have.

The bundle is one in a registry, with oci:// before its name, or a file. It is
shown also where policy-trust refuses it, and that is said.

` + registryHelp + `

Exit codes:
  0  the bundle is shown, and not refused
  1  policy-trust refuses it
  2  the call or the configuration is wrong
  3  it could not be had`

func newPolicyBundleInspect(w *World) *cobra.Command {
	var f pullFlags
	var format string
	cmd := &cobra.Command{
		Use:   "inspect BUNDLE",
		Short: "Show what a bundle holds, and who signed it",
		Long:  policyBundleInspectHelp,
		Example: `  guard policy bundle inspect oci://registry.example.com/team/policy:stable
  guard policy bundle inspect bundle.tar.gz -o json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef(cmd, "expected one bundle, found %d", len(args))
			}
			if format != "text" && format != "json" {
				return unknownName("format", format, []string{"text", "json"})
			}
			return f.inspect(cmd, w, format, args[0])
		},
	}
	f.add(cmd)
	cmd.Flags().StringVarP(&format, "output", "o", "text", "`format`: text or json")
	completeFixed(cmd, "output", "text", "json")
	return cmd
}

func (f *pullFlags) inspect(cmd *cobra.Command, w *World, format, name string) error {
	found, err := f.locate(cmd, w, name, true)
	if err != nil {
		return err
	}
	if found.bundle == nil {
		return usagef(cmd, "%s: expected a bundle, found a directory; guard policy check says what is wrong with its rules", name)
	}
	shown, err := inspected(name, found)
	if err != nil {
		return err
	}
	if format == "json" {
		err = writeJSON(w, shown)
	} else {
		err = shown.text(w.Out, found.pulled)
	}
	if err == nil && shown.Refused != "" {
		return exit(exitDenied)
	}
	return err
}

// bundleView is what guard policy bundle inspect shows, for machines.
type bundleView struct {
	Version  int          `json:"version"` // of this form: 1
	Name     string       `json:"name"`
	Digest   string       `json:"digest"` // that it has in registries
	Revision string       `json:"revision"`
	Roots    []string     `json:"roots"`
	Files    int          `json:"files"`
	Bytes    int          `json:"bytes"`
	Demanded *bool        `json:"signature_demanded"` // null: it is a file, which nobody signs
	Signers  []string     `json:"signers"`
	Refused  string       `json:"refused"` // why the trust policy refuses it
	Layer    string       `json:"layer"`   // the text of what it demands of those who use it; "" where it demands nothing
	Rules    []bundleRule `json:"rules"`
	Modules  []string     `json:"guard_modules"`
	Builtins []string     `json:"guard_builtins"`
}

type bundleRule struct {
	ID       string   `json:"id"`
	Severity string   `json:"severity"`
	Kinds    []string `json:"kinds"`
	Title    string   `json:"title"`
}

func inspected(name string, found located) (bundleView, error) {
	outline, err := policy.OutlineOf(found.source)
	if err != nil {
		return bundleView{}, err
	}
	v := bundleView{
		Version: 1, Name: report.Clean(name), Revision: report.Clean(found.bundle.Revision), Roots: []string{}, Files: len(found.bundle.Names()), Bytes: len(found.bundle.Archive),
		Signers: []string{}, Rules: []bundleRule{}, Modules: append([]string{}, outline.Modules...), Builtins: append([]string{}, outline.Builtins...),
	}
	v.Layer = report.CleanLines(string(found.bundle.Layer()))
	for _, r := range found.bundle.Roots {
		v.Roots = append(v.Roots, report.Clean(r))
	}
	for _, r := range outline.Rules {
		v.Rules = append(v.Rules, bundleRule{r.ID, r.Severity.String(), r.Kinds, report.Clean(r.Title)})
	}
	if found.pulled == nil {
		artifact, err := found.bundle.Artifact()
		v.Digest = artifact.Digest
		return v, err
	}
	v.Digest, v.Refused, v.Demanded = found.pulled.Digest, report.Clean(found.pulled.Refused), &found.pulled.Demanded
	for _, s := range found.pulled.Signers {
		v.Signers = append(v.Signers, report.Clean(bundle.SignerText(s)))
	}
	return v, nil
}

func (v bundleView) text(w io.Writer, p *bundle.Pulled) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n  digest    %s\n  version   %s\n  size      %s, %d bytes\n  %s\n", v.Name, v.Digest, v.Revision, counted(v.Files, "file"), v.Bytes, report.Clean(trustText(p)))
	fmt.Fprintf(&b, "  imports   %s\n  builtins  %s\n", orNothing(v.Modules, "nothing of guard's library"), orNothing(v.Builtins, "none that plain OPA lacks"))
	fmt.Fprintf(&b, "\n%s\n", counted(len(v.Rules), "rule"))
	for _, r := range v.Rules {
		fmt.Fprintf(&b, "  %-8s  %s  %s\n", r.Severity, r.ID, r.Title)
	}
	if v.Layer != "" {
		b.WriteString("\ndemanded of those who use it (guard.yaml)\n")
		indented(&b, "  ", v.Layer)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func orNothing(list []string, nothing string) string {
	if len(list) == 0 {
		return nothing
	}
	return strings.Join(list, ", ")
}
