package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"guard/internal/report"
	"guard/internal/stats"
)

const statsHelp = `Stats says over many JSON reports of guard check which rules fire, how often and in how
many repositories; what is waived, and which waivers end soon; and how that goes on.
It also reads what guard check --record writes, and the webhook's log of decisions.

--by says what a report goes by in the trend, and so which repository it is of:
  time   the day on which its file changed last; each path is a repository
  name   its file's name: shop/2026-11-01.json is of the repository shop
  dir    its directory:   2026-11-01/shop.json is of the repository shop
What was recorded says itself when that was. Of a repository the newest report counts,
and in the trend until there is a newer one. Decisions count on their day.

Exit codes:
  0  everything was read
  2  the call is wrong
  3  something could not be read`

const statsExample = `  guard stats reports/*.json
  guard stats --by dir reports/*/*.json -o html=stats.html
  guard stats --soon 60d reports/*.json -o json
  guard stats decisions.jsonl`

func newStats(w *World) *cobra.Command {
	var by, soon string
	var outputs []string
	cmd := &cobra.Command{
		Use:     "stats REPORT...",
		Short:   "Say what many reports say together",
		Long:    statsHelp,
		Example: statsExample,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return []string{"json", "jsonl"}, cobra.ShellCompDirectiveFilterFileExt
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef(cmd, "expected JSON reports of guard check, found no argument")
			}
			if !slices.Contains(stats.Labels, by) {
				return unknownName("label", by, stats.Labels)
			}
			within, err := parseDays(soon)
			if err != nil {
				return usagef(cmd, "--soon %q: expected a number of days, such as 30d", soon)
			}
			return runStats(cmd, w, outputs, args, stats.Options{Now: w.Now(), Soon: within, By: by, Version: build().Version})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&by, "by", stats.ByTime, "what a report goes by in the trend: "+strings.Join(stats.Labels, ", "))
	flags.StringVar(&soon, "soon", "30d", "waivers that end within so many `days` end soon")
	flags.StringArrayVarP(&outputs, "output", "o", nil, "write `FORMAT[=PATH]`; may be repeated. One of "+formatNames(report.SheetFormats()))
	completeFixed(cmd, "by", stats.Labels...)
	completeFixed(cmd, "soon", "30d", "60d", "90d")
	completeFormats(cmd, report.SheetFormats())
	return cmd
}

// maxDays bounds a number of days, so that no time overflows.
const maxDays = 36_500

// parseDays reads a number of days: 30d, or 30.
func parseDays(text string) (time.Duration, error) {
	days, err := strconv.Atoi(strings.TrimSuffix(text, "d"))
	if err != nil || days < 0 || days > maxDays {
		return 0, fmt.Errorf("%q is no number of days", text)
	}
	return time.Duration(days) * 24 * time.Hour, nil
}

func runStats(cmd *cobra.Command, w *World, outputs, names []string, o stats.Options) error {
	out, err := newOutputs(cmd, w, report.SheetFormats(), outputs, "never", false)
	if err != nil {
		return err
	}
	s := stats.New(o)
	for _, name := range names {
		if err := cmd.Context().Err(); err != nil {
			return err
		}
		if err := addReport(w, s, name); err != nil {
			s.Unread(name, cause(err).Error())
		}
	}
	result := s.Result()
	if err := out.sheets(func(to io.Writer, format report.Format) error { return report.WriteStats(to, format, result) }); err != nil {
		return err
	}
	if len(result.Unread) > 0 {
		return exit(exitFailed)
	}
	return nil
}

func addReport(w *World, s *stats.Statistics, name string) error {
	at := name
	if !filepath.IsAbs(at) {
		at = filepath.Join(w.Dir, name)
	}
	info, err := os.Stat(at)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("not a regular file")
	}
	file, err := os.Open(at)
	if err != nil {
		return err
	}
	defer file.Close()
	return s.Add(filepath.ToSlash(filepath.Clean(name)), info.ModTime(), file)
}
