package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"guard/internal/authoring"
	"guard/internal/policy"
	"guard/internal/report"
	"guard/internal/ruledocs"
)

const policyDocsHelp = `Docs writes a page for every rule and one that lists them: what the rule finds, why,
what to do, its parameters, how to configure and to waive it, its examples with the
lines that are found, and its source.

The rules are those of a directory, of a bundle in a registry (oci://…) or in a file,
which has no examples, or, without an argument, guard's own. They are checked first,
as guard policy check does.

  -o html=DIR      a site with a search, which opens without a server
  -o markdown=DIR  pages for a repository or a wiki, with README.md as the list

DIR must be new, empty, or what docs has filled before: then pages of rules that are
gone are removed, and files of others stay. Its file .guard-docs lists the pages. The
same rules give the same bytes on every machine. Pages show examples: where those of
rules about secrets are kept in a repository, name DIR in its .guardignore.

` + registryHelp + `

Exit codes:
  0  the pages are written; with --check: they are what they should be
  1  pages are missing, differ or are of rules that are gone (--check)
  2  the call is wrong, something is wrong with the rules, or a file of somebody else is in the way
  3  something could not be read or written, or there are no rules`

const policyDocsExample = `  guard policy docs policy -o html=site
  guard policy docs policy -o markdown=docs/rules
  guard policy docs policy -o markdown=docs/rules --check   # in CI: are the pages those of the rules?
  guard policy docs -o html=site                            # guard's own rules`

// docsFlags are the flags of guard policy docs.
type docsFlags struct {
	pull    pullFlags
	outputs []string
	check   bool
}

// docsTarget is a directory to write, in a format.
type docsTarget struct {
	format ruledocs.Format
	dir    string
}

func newPolicyDocs(w *World) *cobra.Command {
	var f docsFlags
	cmd := &cobra.Command{
		Use:               "docs [DIR|BUNDLE]",
		Short:             "Write the documentation of rules",
		Long:              policyDocsHelp,
		Example:           policyDocsExample,
		ValidArgsFunction: completeNth(0, cobra.ShellCompDirectiveDefault),
		RunE: func(cmd *cobra.Command, args []string) error {
			targets, err := f.targets(cmd)
			if err != nil {
				return err
			}
			library, err := f.library(cmd, w, args)
			if err != nil {
				return err
			}
			return f.document(cmd, w, library, targets)
		},
	}
	f.pull.add(cmd)
	cmd.Flags().StringArrayVarP(&f.outputs, "output", "o", nil, "write `FORMAT=DIR`; may be repeated. One of "+formatNames(docsFormats()))
	cmd.Flags().BoolVar(&f.check, "check", false, "write nothing; say which pages are not what they should be")
	completeFormats(cmd, docsFormats())
	return cmd
}

// docsFormats are the formats as -o reads them.
func docsFormats() []report.Format {
	var formats []report.Format
	for _, f := range ruledocs.Formats() {
		formats = append(formats, report.Format{Name: f.Name, Description: f.Description})
	}
	return formats
}

func (f *docsFlags) targets(cmd *cobra.Command) ([]docsTarget, error) {
	var targets []docsTarget
	for _, text := range f.outputs {
		target, err := report.ParseTarget(docsFormats(), text)
		if err != nil {
			return nil, usagef(cmd, "--output: %v", err)
		}
		if target.Path == "" {
			return nil, usagef(cmd, "--output: %s is more than one file; give it a directory: %s=DIR", target.Format.Name, target.Format.Name)
		}
		for _, format := range ruledocs.Formats() {
			if format.Name == target.Format.Name {
				targets = append(targets, docsTarget{format, target.Path})
			}
		}
	}
	if len(targets) == 0 {
		return nil, usagef(cmd, "say what to write, and where: -o html=DIR or -o markdown=DIR")
	}
	return targets, nil
}

// documented is a library with what its documentation calls it.
type documented struct {
	*authoring.Library
	title, dir string
}

func (f *docsFlags) library(cmd *cobra.Command, w *World, args []string) (documented, error) {
	switch {
	case len(args) > 1:
		return documented{}, usagef(cmd, "expected one directory or bundle of rules, or none for guard's own, found %d arguments", len(args))
	case len(args) == 0:
		return documented{authoring.Builtin(), "Rules of guard", policy.Builtin().Name}, nil
	}
	if info, err := os.Stat(absolute(w, args[0])); err == nil && info.IsDir() {
		library, err := openLibrary(cmd, w, args)
		name := namedDirectory(args[0])
		return documented{library, titled(name), name}, err
	}
	found, err := f.pull.locate(cmd, w, args[0], false)
	if err != nil {
		return documented{}, err
	}
	source, err := policy.FromBundle(found.source.Name, found.bundle.Revision, found.source.FS, found.bundle.Layer())
	return documented{authoring.Shipped(source), fmt.Sprintf("Rules of %s, version %s", found.source.Name, found.bundle.Revision), ""}, err
}

func titled(name string) string {
	if name == "" {
		return "Rules"
	}
	return "Rules of " + name
}

// namedDirectory is what pages call a directory: as in the call, or by its last name
// where the rest says where it lies on this machine; "" where the call has no name.
func namedDirectory(dir string) string {
	dir = filepath.Clean(dir)
	if !filepath.IsLocal(dir) {
		dir = filepath.Base(dir)
	}
	if name := filepath.ToSlash(dir); filepath.IsLocal(dir) && name != "." {
		return name
	}
	return ""
}

func absolute(w *World, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(w.Dir, name)
}

// document writes all targets, or says what is wrong with them.
func (f *docsFlags) document(cmd *cobra.Command, w *World, library documented, targets []docsTarget) error {
	rules, err := library.Documented(cmd.Context())
	if err != nil {
		return err
	}
	differ := false
	for _, target := range targets {
		files, err := target.format.Files(ruledocs.Library{Title: library.title, Dir: library.dir, Rules: rules})
		if err != nil {
			return err
		}
		changes, err := f.apply(w, target, files)
		if err != nil {
			return target.failed(cmd, err)
		}
		differ = differ || len(changes.Written)+len(changes.Removed) > 0
		if err := f.tell(w, target, len(files), changes); err != nil {
			return err
		}
	}
	if f.check && differ {
		return exit(exitDenied)
	}
	return nil
}

func (f *docsFlags) apply(w *World, target docsTarget, files []ruledocs.File) (ruledocs.Changes, error) {
	dir := absolute(w, target.dir)
	if f.check {
		return ruledocs.Compare(dir, target.format, files)
	}
	return ruledocs.Write(dir, target.format, files)
}

func (t docsTarget) failed(cmd *cobra.Command, err error) error {
	var foreign *ruledocs.ForeignError
	switch {
	case errors.As(err, &foreign):
		return usagef(cmd, "%s: %s", t.dir, foreign.Message)
	case errors.Is(err, fs.ErrNotExist):
		return usagef(cmd, "%s: no such directory; guard policy docs without --check writes it", t.dir)
	}
	return fmt.Errorf("write %s: %w", t.dir, cause(err))
}

// tell says what was done, or what would have to be.
func (f *docsFlags) tell(w *World, target docsTarget, pages int, c ruledocs.Changes) error {
	var b strings.Builder
	shown := filepath.ToSlash(filepath.Clean(target.dir))
	if !f.check {
		fmt.Fprintf(&b, "%s: %s, %d written, %d removed\n", shown, counted(pages, "page"), len(c.Written), len(c.Removed))
	}
	if f.check {
		for _, name := range c.Written {
			fmt.Fprintf(&b, "%s: missing, or not what the rules say\n", path.Join(shown, name))
		}
		for _, name := range c.Removed {
			fmt.Fprintf(&b, "%s: of a rule that is gone\n", path.Join(shown, name))
		}
	}
	_, err := fmt.Fprint(w.Out, report.CleanLines(b.String()))
	return err
}
