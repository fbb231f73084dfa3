package cli

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"guard/internal/finding"
)

const rootHelp = `guard checks that pipelines and deployments keep the rules: no latest tags, every
image traceable to a commit, no root, no plaintext secrets.

It reads Dockerfiles, Kubernetes manifests, Compose files, and pipelines of
GitHub, GitLab and Azure, and judges them by rules written in Rego.`

const rootExample = `  guard check                        # everything below the working directory
  guard check k8s/ Dockerfile        # some paths
  guard pipeline                     # which run reaches which environment
  guard explain image/tag-latest     # what a rule wants, and why
  guard image ghcr.io/acme/shop:1.4  # what an image in a registry is
  guard pin                          # images to digests, actions to commits: what would change
  guard lock                         # record what registries say of the images
  guard trace ghcr.io/acme/shop:1.4  # which commit it was built from, and what proves it
  guard init                         # write a commented .guard.yaml
  guard policy new image/my-rule     # write a rule of your own
  guard eval web.yaml --rule image/my-rule   # why it fires, or does not
  guard policy impact main:policy policy     # what a change of rules will do
  guard stats reports/*.json         # what many reports say together`

func newRoot(w *World) *cobra.Command {
	root := &cobra.Command{
		Use:           "guard",
		Short:         "Policy and image-tag compliance for pipelines and deployments",
		Long:          rootHelp,
		Example:       rootExample,
		Version:       build().Version,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          unknownCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetVersionTemplate("guard {{.Version}}\n")
	root.SetIn(w.In)
	root.SetErr(w.Err)
	root.SetFlagErrorFunc(flagError)
	root.CompletionOptions.HiddenDefaultCmd = false
	root.AddCommand(newCheck(w), newPipeline(w), newRules(w), newExplain(w), newInit(w), newBaseline(w), newSnapshot(w), newImage(w), newPin(w), newLock(w), newTrace(w), newVerify(w), newApprove(w), newPolicy(w), newEval(w), newReport(w), newStats(w), newVersion(w))
	return root
}

// unknownCommand refuses what is no command, and names the nearest one.
func unknownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	if near := finding.Nearest(args[0], names); near != "" {
		return usagef(cmd, "unknown command %q, did you mean %q?", args[0], near)
	}
	return usagef(cmd, "unknown command %q", args[0])
}

// flagError names the nearest flag where one is unknown.
func flagError(cmd *cobra.Command, err error) error {
	name, isUnknown := strings.CutPrefix(err.Error(), "unknown flag: --")
	if !isUnknown {
		return usagef(cmd, "%s", err)
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if near := finding.Nearest(name, names); near != "" {
		return usagef(cmd, "unknown flag --%s, did you mean --%s?", name, near)
	}
	return usagef(cmd, "unknown flag --%s", name)
}
