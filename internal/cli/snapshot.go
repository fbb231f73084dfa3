package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"guard/internal/report"
	"guard/internal/repository"
	"guard/internal/repository/forge"
)

const snapshotHelp = `Snapshot reads the settings of a repository that no file of it says, and writes
them as JSON: whether an environment waits for a reviewer and who that may be,
which branches may deploy to it, how branches are protected.

It only reads. What the token may not see stands there as unknown, with the
reason, and is told on standard error.`

// snapshotVerb is what differs between the forges.
type snapshotVerb struct {
	name, title string
	host        string   // of the public forge
	tokens      []string // environment variables, the first that is set wins
	repository  string   // environment variable with the repository's name
	api         string   // environment variable with the address of the API
	needs       string   // what a token must be allowed to
	example     string
	open        func(forge.Options) (taker, error)
}

// taker takes a snapshot of one repository.
type taker interface {
	Snapshot(context.Context) (*forge.Snapshot, error)
}

var snapshotVerbs = []snapshotVerb{{
	name: "github", title: "GitHub", host: "github.com",
	tokens: []string{"GH_TOKEN", "GITHUB_TOKEN"}, repository: "GITHUB_REPOSITORY", api: "GITHUB_API_URL",
	needs: `It needs to read contents and Actions of the repository; classic branch
protection takes Administration (read) as well.`,
	example: `  GH_TOKEN=$(gh auth token) guard snapshot github -o forge.json
  guard snapshot github --repository acme/shop --environment production
  guard snapshot github --api-url https://git.example.com/api/v3`,
	open: func(o forge.Options) (taker, error) { return forge.NewGitHub(o) },
}, {
	name: "gitlab", title: "GitLab", host: "gitlab.com",
	tokens: []string{"GITLAB_TOKEN"}, repository: "CI_PROJECT_PATH", api: "CI_API_V4_URL",
	needs: `It needs the scope read_api and the role Maintainer; the token of a job
(CI_JOB_TOKEN) is not enough. Without the paid tiers GitLab has no protected
environments, and answers as if they could not be seen.`,
	example: `  guard snapshot gitlab -o forge.json
  guard snapshot gitlab --repository acme/web/shop --environment production
  guard snapshot gitlab --api-url https://git.example.com/api/v4`,
	open: func(o forge.Options) (taker, error) { return forge.NewGitLab(o) },
}}

func (v snapshotVerb) help() string {
	return fmt.Sprintf(`%s

The token comes from %s, and goes to the address of the API
alone, which is --api-url, %s or that of %s; no proxy is
used. %s

Exit codes:
  0  the snapshot was written
  2  the call is wrong
  3  the repository could not be read, or --strict and something could not`,
		snapshotHelp, strings.Join(v.tokens, " or "), v.api, v.host, v.needs)
}

// snapshotFlags are the flags of guard snapshot.
type snapshotFlags struct {
	repository   string
	api          string
	environments []string
	output       string
	strict       bool
}

func newSnapshot(w *World) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "snapshot",
		Short: "Read what files cannot say: settings of the forge",
		Long:  snapshotHelp,
		Args:  unknownCommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	for _, verb := range snapshotVerbs {
		cmd.AddCommand(newSnapshotOf(w, verb))
	}
	return cmd
}

func newSnapshotOf(w *World, verb snapshotVerb) *cobra.Command {
	var f snapshotFlags
	cmd := &cobra.Command{
		Use:     verb.name,
		Short:   "Read the settings of a repository on " + verb.title,
		Long:    verb.help(),
		Example: verb.example,
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return takeSnapshot(cmd, w, verb, f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.repository, "repository", "", "the repository's `name`, with its owner; by default "+verb.repository+", or what the remote origin names")
	flags.StringVar(&f.api, "api-url", "", "the `address` of the API; by default "+verb.api+", or that of "+verb.host)
	flags.StringArrayVar(&f.environments, "environment", nil, "read only the environment of this `name`; may be repeated")
	flags.StringVarP(&f.output, "output", "o", "", "the `file` to write; by default standard output")
	flags.BoolVar(&f.strict, "strict", false, "exit with 3 where something could not be read")
	for _, name := range []string{"repository", "api-url", "environment"} {
		complete(cmd, name, cobra.NoFileCompletions)
	}
	return cmd
}

// takeSnapshot is one snapshot from flags to exit code.
func takeSnapshot(cmd *cobra.Command, w *World, verb snapshotVerb, f snapshotFlags) error {
	options, err := verb.options(cmd, w, f)
	if err != nil {
		return err
	}
	source, err := verb.open(options)
	if err != nil {
		return usagef(cmd, "%s", err)
	}
	if _, ok := w.Terminal(w.Err); ok {
		fmt.Fprintf(w.Err, "reading the settings of %s\n", report.Clean(options.Repository))
	}
	snapshot, err := source.Snapshot(cmd.Context())
	if err != nil {
		return err
	}
	unread := snapshot.Unread()
	for _, gap := range unread {
		fmt.Fprintf(w.Err, "guard: not read: %s: %s\n", report.Clean(gap.What), report.Clean(gap.Reason))
	}
	if err := writeSnapshot(w, snapshot, f.output); err != nil {
		return err
	}
	if f.strict && len(unread) > 0 {
		return exit(exitFailed)
	}
	return nil
}

func writeSnapshot(w *World, s *forge.Snapshot, file string) error {
	if file == "" {
		return s.Write(w.Out)
	}
	o := outputs{world: w}
	if err := o.toFile(file, func(out io.Writer) error { return s.Write(out) }); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w.Out, "wrote %s: %d environments of %s on %s\n", report.Clean(file), len(s.Environments), s.Repository, s.Host)
	return err
}

func (v snapshotVerb) options(cmd *cobra.Command, w *World, f snapshotFlags) (forge.Options, error) {
	o := forge.Options{
		API:          cmp.Or(f.api, w.env(v.api)),
		Repository:   cmp.Or(f.repository, w.env(v.repository)),
		Environments: f.environments,
		Now:          w.Now,
	}
	for _, name := range v.tokens {
		o.Token = cmp.Or(o.Token, w.env(name))
	}
	if o.Repository != "" {
		return o, nil
	}
	var err error
	o.Repository, err = v.fromOrigin(cmd, w, o.API)
	return o, err
}

// fromOrigin is the repository that the remote origin names, if that lies on
// the forge that is asked.
func (v snapshotVerb) fromOrigin(cmd *cobra.Command, w *World, api string) (string, error) {
	repo, err := repository.Open(w.Dir)
	if err != nil && !errors.Is(err, repository.ErrNone) {
		return "", err
	}
	var host, name string
	if repo != nil {
		host, name = repo.Origin()
	}
	switch want := v.hostOf(api); {
	case name == "":
		return "", usagef(cmd, "which repository? --repository or %s names it, or a remote origin", v.repository)
	case host != want:
		return "", usagef(cmd, "the remote origin lies on %s, and the API on %s; --repository and --api-url say which are meant", host, want)
	}
	return name, nil
}

// hostOf is the host of repositories whose settings an API tells.
func (v snapshotVerb) hostOf(api string) string {
	u, err := url.Parse(api)
	if api == "" || err != nil || u.Hostname() == "api."+v.host {
		return v.host
	}
	return strings.ToLower(u.Hostname())
}
