package report

// Colours are the terminal's own sixteen, so that they fit light and dark
// themes.
const (
	bold      = "1"
	faint     = "2"
	red       = "31"
	green     = "32"
	boldRed   = "1;31"
	yellow    = "33"
	boldAmber = "1;33"
	blue      = "34"
	cyan      = "36"
	redBadge  = "1;97;41"
	goldBadge = "1;30;43"
	blueBadge = "1;97;44"
	grayBadge = "1;97;100"
	okBadge   = "1;30;42"
)

// paint shows clean text in a colour.
func paint(color, s string) string {
	if s == "" || color == "" {
		return s
	}
	return "\x1b[" + color + "m" + s + "\x1b[0m"
}
