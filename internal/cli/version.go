package cli

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"guard/internal/policy"
)

// versionInfo is what is known of this build.
type versionInfo struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Time     string `json:"time,omitempty"`
	Modified bool   `json:"modified"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
	Policies string `json:"policies"`
}

// build reads the version from what the Go linker has recorded.
func build() versionInfo {
	v := versionInfo{Version: "devel", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	if info.Main.Version != "" && info.Main.Version != "(devel)" {
		v.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			v.Commit = s.Value
		case "vcs.time":
			v.Time = s.Value
		case "vcs.modified":
			v.Modified = s.Value == "true"
		}
	}
	return v
}

func newVersion(w *World) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version of guard and of its rules",
		Example: `  guard version
  guard version -o json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			info := build()
			evaluator, err := policy.Compile(cmd.Context(), []policy.Source{policy.Builtin()}, policy.Settings{})
			if err != nil {
				return err
			}
			info.Policies = evaluator.Digest()
			return writeVersion(cmd, w, info, format)
		},
	}
	cmd.Flags().StringVarP(&format, "output", "o", "text", "`format`: text or json")
	completeFixed(cmd, "output", "text", "json")
	return cmd
}

func writeVersion(cmd *cobra.Command, w *World, info versionInfo, format string) error {
	switch format {
	case "json":
		out := json.NewEncoder(w.Out)
		out.SetIndent("", "  ")
		return out.Encode(info)
	case "text":
		_, err := fmt.Fprintln(w.Out, info)
		return err
	}
	return usagef(cmd, "unknown format %q, expected text or json", format)
}

// String writes the version on one line.
func (v versionInfo) String() string {
	parts := []string{"guard " + v.Version}
	if v.Commit != "" && !strings.Contains(v.Version, v.Commit[:min(12, len(v.Commit))]) {
		parts = append(parts, v.Commit[:min(12, len(v.Commit))])
	}
	return strings.Join(append(parts, v.Go, v.Platform, "rules "+v.Policies), " ")
}
