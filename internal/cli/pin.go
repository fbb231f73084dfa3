package cli

import (
	"github.com/spf13/cobra"

	"guard/internal/check"
	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/pin"
	"guard/internal/report"
)

const pinHelp = `Pin rewrites references so that they cannot move: images to tag@digest, in
Dockerfiles, Kubernetes manifests, Compose files and pipelines; GitHub's actions
and reusable workflows to the commit, with the tag as a comment. The digest is
that of the index, so it holds for every platform. Nothing else in a file
changes, and a file that would not mean the same afterwards is left as it is.

Without --write it prints what would change, as a diff. Secrets in it are not
shown, so --write, and not patch, is what makes the change.

Left alone, and told on standard error: what is put together from variables,
expressions or templates, or stands in a script; what this repository builds;
images without a tag (--latest pins them). What is pinned already stays as it
is; --update renews it where the tag, or the version in the comment, has moved.

Tags and branches of actions are looked up at GitHub: GH_TOKEN or GITHUB_TOKEN
is optional, and goes to the address of the API alone (--api-url,
GITHUB_API_URL, or that of github.com).

` + registryHelp + `

Exit codes:
  0  nothing would change; with --write: what can be pinned is
  1  something would change (without --write)
  2  the call or the configuration is wrong
  3  a reference could not be resolved, or a file not be read or written`

const pinExample = `  guard pin                        # what would change below the working directory
  guard pin --write k8s/ Dockerfile
  guard pin --only actions --write # GitHub's actions alone
  guard pin --update --write       # renew what is pinned already
  guard pin -o json                # for programs`

// pinFlags are the flags of guard pin.
type pinFlags struct {
	files                 fileFlags
	registry              registryFlags
	write, update, latest bool
	only, format, api     string
}

func newPin(w *World) *cobra.Command {
	var f pinFlags
	cmd := &cobra.Command{
		Use:     "pin [PATH...]",
		Short:   "Rewrite images to tag@digest and actions to commits",
		Long:    pinHelp,
		Example: pinExample,
		RunE:    func(cmd *cobra.Command, args []string) error { return runPin(cmd, w, &f, args) },
	}
	f.files.add(cmd)
	f.registry.add(cmd)
	flags := cmd.Flags()
	flags.BoolVar(&f.write, "write", false, "write the files instead of printing a diff")
	flags.BoolVar(&f.update, "update", false, "renew what is pinned already, where its tag has moved")
	flags.BoolVar(&f.latest, "latest", false, "pin images without a tag, too: to what latest is now")
	flags.StringVar(&f.only, "only", "", "pin only these `references`: images or actions")
	flags.StringVar(&f.api, "api-url", "", "the `address` of GitHub's API; by default GITHUB_API_URL, or that of github.com")
	flags.StringVarP(&f.format, "output", "o", "text", "`format`: text or json")
	completeFixed(cmd, "output", "text", "json")
	completeFixed(cmd, "only", "images", "actions")
	complete(cmd, "api-url", cobra.NoFileCompletions)
	return cmd
}

// pinKinds are what --only names.
var pinKinds = map[string]pin.Kind{"": "", "images": pin.Image, "actions": pin.Action}

// runPin is one run from flags to exit code.
func runPin(cmd *cobra.Command, w *World, f *pinFlags, args []string) error {
	only, known := pinKinds[f.only]
	switch {
	case !known:
		return usagef(cmd, "--only %q: expected images or actions", f.only)
	case f.format != "text" && f.format != "json":
		return usagef(cmd, "unknown format %q, expected text or json", f.format)
	}
	resolver, err := newResolver(cmd, w, &f.registry, f.api)
	if err != nil {
		return err
	}
	o := &pinOutcome{world: w, write: f.write, places: map[string]check.Visited{}}
	pinner := pin.New(resolver, pin.Options{Only: only, Update: f.update, Latest: f.latest})
	o.unread, err = f.files.visit(cmd, w, args, func(v check.Visited) error { return o.add(pinner, v) })
	if err != nil {
		return err
	}
	if o.result, err = pinner.Result(cmd.Context()); err != nil {
		return err
	}
	o.writeFiles()
	if err := o.tell(f.format); err != nil {
		return err
	}
	return o.verdict()
}

// pinOutcome is what a run has found and done.
type pinOutcome struct {
	world  *World
	write  bool
	places map[string]check.Visited // by name
	result *pin.Result
	unread []finding.Incomplete
}

// add hands a file to the pinner. Files that hold only text are not read again.
func (o *pinOutcome) add(pinner *pin.Pinner, v check.Visited) error {
	data, err := v.Read()
	if err != nil {
		o.unread = append(o.unread, finding.Incomplete{File: v.Name, Reason: "cannot be read: " + cause(err).Error()})
		return nil
	}
	pinner.Add(pin.File{Name: v.Name, Data: data, Documents: v.Documents, Retagged: v.Retagged, Load: v.Load})
	v.Documents = nil
	o.places[v.Name] = v
	return nil
}

// writeFiles writes what is changed, where that is asked for.
func (o *pinOutcome) writeFiles() {
	if !o.write {
		return
	}
	written := o.result.Files[:0]
	for _, f := range o.result.Files {
		place := o.places[f.Name]
		if err := pin.Write(place.Dir, place.Path, &f); err != nil {
			o.unread = append(o.unread, finding.Incomplete{File: f.Name, Reason: cause(err).Error()})
			continue
		}
		written = append(written, f)
	}
	o.result.Files = written
}

func (o *pinOutcome) verdict() error {
	for _, n := range o.result.Notes {
		if n.State == pin.Unresolved {
			return exit(exitFailed)
		}
	}
	switch {
	case len(o.unread) > 0:
		return exit(exitFailed)
	case len(o.result.Files) > 0 && !o.write:
		return exit(exitDenied)
	}
	return nil
}

// shown is a line of a file as it may be shown.
func (o *pinOutcome) shown(f *pin.Changed) func(string) string {
	documents := document.Load(f.Name, f.After, document.Options{})
	return func(line string) string { return report.CleanLines(documents[0].Redact(line)) }
}
