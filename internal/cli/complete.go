package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"guard/internal/config"
	"guard/internal/policy"
	"guard/internal/report"
)

// noArgs refuses arguments with the usage error of every other wrong call.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef(cmd, "%s takes no arguments, found %q", cmd.CommandPath(), args[0])
	}
	return nil
}

// complete registers the completion of a flag; a flag that does not exist is a
// mistake in this package.
func complete(cmd *cobra.Command, flag string, values cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(flag, values); err != nil {
		panic(err)
	}
}

func completeFixed(cmd *cobra.Command, flag string, values ...string) {
	complete(cmd, flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
}

func completeFormats(cmd *cobra.Command, formats []report.Format) {
	var values []string
	for _, f := range formats {
		values = append(values, cobra.CompletionWithDesc(f.Name, f.Description))
	}
	complete(cmd, "output", cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveNoSpace))
}

func completeRules(cmd *cobra.Command, flag string) { complete(cmd, flag, ruleCompletion) }

// ruleCompletion lists the built-in rules and their categories.
func ruleCompletion(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	rules, err := policy.Catalogue([]policy.Source{policy.Builtin()})
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var values []string
	for _, r := range rules {
		values = append(values, cobra.CompletionWithDesc(r.ID, r.Title))
	}
	return values, cobra.ShellCompDirectiveNoFileComp
}

// profileCompletion lists guard's own profiles, and those of the rules in the
// directories that the configuration names. Bundles are not asked for, and what
// cannot be read is left out.
func (f *configFlags) profileCompletion(w *World) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, start string) ([]string, cobra.ShellCompDirective) {
		names := config.Profiles
		if s, err := f.prepare(cmd, w); err == nil {
			names = s.profileNames()
		}
		before := start[:strings.LastIndex(start, ",")+1]
		values := make([]string, len(names))
		for i, name := range names {
			values[i] = before + name
		}
		return values, cobra.ShellCompDirectiveNoFileComp
	}
}

func (s *setup) profileNames() []string {
	var sources []policy.Source
	for _, p := range s.config.Policies {
		if _, is := p.Bundle(); is {
			continue
		}
		if source, err := s.directorySource(p); err == nil {
			sources = append(sources, source)
		}
	}
	rules, _ := policy.Catalogue(sources) // what is wrong is told by every other command
	return policy.ProfileNames(rules)
}

func formatNames(formats []report.Format) string {
	var names []string
	for _, f := range formats {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}
