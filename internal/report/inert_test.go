package report

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"guard/internal/finding"
)

// Every text a report can hold, in every format: nothing that acts on a
// terminal, a build log or a reader's eyes leaves this package.
//
// Reliability 55, 56
func TestFormats_LeaveNothingActiveOfHostileText(t *testing.T) {
	for variant, rendered := range variants() {
		for i, payload := range append(slices.Clone(payloads), everyPayload) {
			t.Run(fmt.Sprintf("%s/%d", variant, i), func(t *testing.T) {
				out := string(rendered(t, poisoned(payload)))
				checkInert(t, out)
				checkCommands(t, out, commandsMeant(variant, poisoned(payload)))
			})
		}
	}
}

var colors = regexp.MustCompile(`\x1b\[[0-9;]*m`)

// checkInert fails for bytes and characters that act where they are shown.
// Colours are guard's own; no payload's survive, as the count of escapes says.
func checkInert(t testing.TB, out string) {
	t.Helper()
	if !utf8.ValidString(out) {
		t.Errorf("not valid UTF-8: %q", out)
	}
	for i, r := range colors.ReplaceAllString(out, "") {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.In(r, unicode.Zl, unicode.Zp)) {
			t.Errorf("%U at byte %d: %q", r, i, around(out, i))
		}
	}
}

func around(s string, i int) string { return s[max(0, i-30):min(len(s), i+30)] }

func checkCommands(t testing.TB, out string, want int) {
	t.Helper()
	got := runnerCommands(out)
	if len(got) != want {
		t.Errorf("a build log runs %d commands, want %d: %q", len(got), want, got)
	}
}

// commandsMeant is how many workflow commands a format writes on purpose.
func commandsMeant(variant string, r *finding.Report) int {
	counting, _ := split(r.Findings)
	switch variant {
	case "github":
		return len(counting) + len(r.Incomplete)
	case "github-group":
		return len(counting) + len(r.Incomplete) + 2
	default:
		return 0
	}
}

var (
	// commandLine is how the runner of GitHub Actions knows a command: two
	// colons at the start of a line, white space left out.
	commandLine = regexp.MustCompile(`^\s*::\S`)
	// commandInside is the older form, which may stand anywhere, and its kin.
	commandInside = regexp.MustCompile(`##(?i:vso|teamcity)?\[`)
)

// runnerCommands returns the lines that a build system takes for commands.
func runnerCommands(out string) []string {
	var found []string
	for line := range strings.SplitSeq(out, "\n") {
		line = colors.ReplaceAllString(line, "")
		if commandLine.MatchString(line) || commandInside.MatchString(line) {
			found = append(found, line)
		}
	}
	return found
}

func TestRunnerCommands_SeesWhatARunnerSees(t *testing.T) {
	for line, want := range map[string]int{
		"::error::x": 1, "  ::add-mask::x": 1, "\t::stop-commands::t": 1, "a\n::error file=b::c\nd": 1, "say ##[error]x": 1, "##vso[a.b]c": 1, "##teamcity[x]": 1,
		"a ::error::x": 0, "": 0, "## [Unreleased]": 0, `\x3a:error::x`: 0,
	} {
		if got := len(runnerCommands(line)); got != want {
			t.Errorf("runnerCommands(%q) = %d, want %d", line, got, want)
		}
	}
}

// The escapes of payloads are as many with as without colours: none is a
// payload's own.
func TestText_HasNoEscapeButItsOwnColours(t *testing.T) {
	for _, payload := range payloads {
		out := string(render(t, "text", poisoned(payload), Options{Color: true, Width: 60, Verbose: true}))
		harmless := string(render(t, "text", poisoned(strings.Repeat("x", len(payload))), Options{Color: true, Width: 60, Verbose: true}))
		if kinds, want := escapes(out), escapes(harmless); !slices.Equal(kinds, want) {
			t.Errorf("payload %q: escapes %q, want only %q", payload, kinds, want)
		}
		if strings.Contains(colors.ReplaceAllString(out, ""), "\x1b") {
			t.Errorf("payload %q: an escape that is no colour: %q", payload, out)
		}
	}
}

// escapes lists the different escape sequences of text, in order.
func escapes(text string) []string {
	return slices.Compact(slices.Sorted(slices.Values(colors.FindAllString(text, -1))))
}

// A source line is cut into coloured parts; no command may come together from
// two of them.
func TestText_DisarmsCommandsAcrossTheMarkedRegion(t *testing.T) {
	const line = "run: echo '##[add-mask]x' ; ##vso[task.x]y"
	for column := 1; column <= len(line); column++ {
		f := tagLatest()
		f.Location = finding.Location{File: "a", Line: 1, Column: column, EndLine: 1, EndColumn: column + 3}
		f.Excerpt = finding.Excerpt{Line: 1, Lines: []string{line}}
		for _, o := range []Options{{}, {Color: true, Width: 80}, {Color: true, Width: 30}} {
			checkCommands(t, string(render(t, "text", newReport([]finding.Finding{f}, nil), o)), 0)
		}
	}
}

func TestText_DisarmsAMessageThatIsWrappedBeforeACommand(t *testing.T) {
	f := tagLatest()
	f.Message = strings.Repeat("word ", 9) + "::error::pwn " + strings.Repeat("word ", 9) + "::add-mask::x"
	for width := leastWidth; width < 120; width++ {
		checkCommands(t, string(render(t, "text", newReport([]finding.Finding{f}, nil), Options{Color: true, Width: width})), 0)
	}
}

func TestText_DisarmsAFileNamedLikeACommand(t *testing.T) {
	f := tagLatest()
	f.File = "::error::pwn.yaml"
	out := string(render(t, "text", newReport([]finding.Finding{f}, nil), Options{}))
	checkCommands(t, out, 0)
	if !strings.Contains(out, `\x3a:error::pwn.yaml:14:18: deny:`) {
		t.Errorf("the name of the file is not to be read in:\n%s", out)
	}
}

// Reliability 58
func TestWrite_ReturnsTheErrorOfTheWriterWhereverItComes(t *testing.T) {
	for _, format := range Formats() {
		whole := len(render(t, format.Name, manyReport(), Options{}))
		for _, room := range []int{0, 1, 100, 4095, 4096, 5000, whole - 1} {
			if room >= whole {
				continue
			}
			err := format.Write(&fullDisk{room: room}, manyReport(), Options{})
			if err == nil || !strings.Contains(err.Error(), "no space left") || !strings.Contains(err.Error(), format.Name) {
				t.Errorf("%s with room for %d of %d bytes: error %v, want the format and no space left", format.Name, room, whole, err)
			}
		}
	}
}

// Reliability 58
func TestSummary_ReturnsTheErrorOfTheWriter(t *testing.T) {
	if err := Summary(&fullDisk{room: 10}, manyReport()); err == nil {
		t.Error("no error")
	}
}

// fullDisk takes so many bytes and then no more.
type fullDisk struct{ room int }

func (d *fullDisk) Write(p []byte) (int, error) {
	if len(p) > d.room {
		n := d.room
		d.room = 0
		return n, fmt.Errorf("no space left: %w", io.ErrShortWrite)
	}
	d.room -= len(p)
	return len(p), nil
}
