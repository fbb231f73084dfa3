package report

import "fmt"

// ColorMode says whether to write colours to standard output. Mode is auto (or
// empty), always or never; env looks up an environment variable.
//
// Auto asks, in this order: NO_COLOR (any value: no), CLICOLOR_FORCE and
// FORCE_COLOR (any value but 0: yes), CLICOLOR=0 and TERM=dumb (no), whether it
// is a terminal (yes), and whether it is the log of GitHub Actions or GitLab CI,
// which shows colours although it is no terminal (yes). A report written to a
// file has no colours.
func ColorMode(mode string, env func(string) string, isTerminal bool) (bool, error) {
	switch mode {
	case "always":
		return true, nil
	case "never":
		return false, nil
	case "auto", "":
		return autoColor(env, isTerminal), nil
	}
	return false, fmt.Errorf("unknown colour mode %q, expected one of auto, always, never", mode)
}

func autoColor(env func(string) string, isTerminal bool) bool {
	switch {
	case env("NO_COLOR") != "":
		return false
	case forced(env("CLICOLOR_FORCE")), forced(env("FORCE_COLOR")):
		return true
	case env("CLICOLOR") == "0", env("TERM") == "dumb":
		return false
	default:
		return isTerminal || env("GITHUB_ACTIONS") == "true" || env("GITLAB_CI") == "true"
	}
}

func forced(value string) bool { return value != "" && value != "0" && value != "false" }
